import { jobTriggers } from '../hosting.ts';
import type { InitAnswers } from '../init-answers.ts';
import { installComment, installLines } from './install-program.ts';
import { keyVariable, signingFlag } from './capsule-yaml.ts';
import { gitHubLiteral } from './github-literal.ts';
import { yamlScalar } from './yaml-scalar.ts';

/** The actions that the workflow uses, each by the commit of a release. A test holds them to those of our own workflows. */
const checkout = 'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1';
const setupNode = 'actions/setup-node@820762786026740c76f36085b0efc47a31fe5020 # v7.0.0';

/**
 * Writes a GitHub Actions workflow that the one that builds the image calls. No expression stands in a script: what a
 * caller hands over reaches the command as a variable.
 * Source: docs.github.com, "Workflow syntax for GitHub Actions" and "Secure use reference", script injections.
 */
export function gitHubWorkflow({ branch, capsule, signing }: InitAnswers): string {
  const registry = capsule.slice(0, capsule.indexOf('/'));
  const isKeyless = signing.kind === 'keyless';
  const secrets = [...(isKeyless ? [] : keySecrets), ...(registry === 'ghcr.io' ? [] : registrySecrets)];
  return [
    '# Freezes, signs and pushes the release capsule of an image that was pushed for this commit. The workflow that',
    '# pushes the image calls this one.',
    ...(isKeyless ? ['# capsule-policy.yaml trusts what this file signs on the branch below, and nothing else.'] : []),
    'name: capsule',
    '',
    'on:',
    '  workflow_call:',
    ...inputLines,
    ...secretLines(secrets),
    '  workflow_dispatch:',
    ...inputLines,
    '',
    'permissions: {}',
    '',
    'jobs:',
    '  release:',
    `    if: ${yamlScalar(`${startedRightly} && github.ref == ${gitHubLiteral(`refs/heads/${branch}`)}`)}`,
    '    runs-on: ubuntu-24.04',
    '    timeout-minutes: 15',
    '    permissions:',
    '      contents: read',
    ...(registry === 'ghcr.io' ? ['      packages: write # the capsule goes to ghcr.io'] : []),
    ...(isKeyless ? ['      id-token: write # the job signs in its own name'] : []),
    ...stepLines(registry, signing),
    '',
  ].join('\n');
}

/**
 * A called workflow has the event of the one that calls it. A pull request from anywhere can set off events that run under
 * the branch's name.
 */
const startedRightly = `contains(fromJSON('${JSON.stringify(jobTriggers.github)}'), github.event_name)`;

const keySecrets = [keyVariable, 'COSIGN_PASSWORD'];
const registrySecrets = ['REGISTRY_USERNAME', 'REGISTRY_PASSWORD'];

const inputLines = [
  '    inputs:',
  '      image-digest:',
  '        description: Digest of the image that was pushed for this commit, sha256:...',
  '        required: true',
  '        type: string',
];

function secretLines(names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  return ['    secrets:', ...names.flatMap((name) => [`      ${name}:`, '        required: true'])];
}

function stepLines(registry: string, signing: InitAnswers['signing']): readonly string[] {
  const folder = '$RUNNER_TEMP/release-capsule';
  return [
    '    steps:',
    `      - uses: ${checkout}`,
    '        with:',
    '          persist-credentials: false',
    `      - uses: ${setupNode}`,
    '        with:',
    '          node-version: 24',
    '          package-manager-cache: false # other jobs fill it',
    '      - name: Install the program that signs',
    ...installComment.map((line) => `        ${line}`),
    '        run: |',
    `          mkdir "${folder}"`,
    ...installLines(folder).map((line) => `          ${line}`),
    '      - name: Log in to the registry',
    '        env:',
    `          REGISTRY: ${yamlScalar(registry)}`,
    ...loginLines(registry),
    `        run: printf '%s' "$PASSWORD" | docker login "$REGISTRY" --username "$USERNAME" --password-stdin`,
    '      - name: Freeze, sign and push the release capsule',
    '        env:',
    '          IMAGE_DIGEST: ${{ inputs.image-digest }}',
    ...(signing.kind === 'keyless' ? [] : keySecrets.map((name) => `          ${name}: \${{ secrets.${name} }}`)),
    '        run: |',
    `          "${folder}/node_modules/.bin/capsule" release --image-digest "$IMAGE_DIGEST" ${signingFlag(signing)}`,
  ];
}

function loginLines(registry: string): readonly string[] {
  if (registry === 'ghcr.io') return ['          USERNAME: ${{ github.actor }}', '          PASSWORD: ${{ secrets.GITHUB_TOKEN }}'];
  return ['          USERNAME: ${{ secrets.REGISTRY_USERNAME }}', '          PASSWORD: ${{ secrets.REGISTRY_PASSWORD }}'];
}
