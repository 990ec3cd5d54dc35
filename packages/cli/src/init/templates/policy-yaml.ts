import { docLink } from '../doc-link.ts';
import type { InitAnswers, Signing } from '../init-answers.ts';
import { yamlList, yamlScalar } from './yaml-scalar.ts';

/** The file of the policy, from the root of the repository. */
export const policyFile = 'capsule-policy.yaml';

/** Writes `capsule-policy.yaml`, which leaves nothing open that is known. Source: docs/files.md, "capsule-policy.yaml". */
export function policyYaml(answers: InitAnswers): string {
  const { name, mode, capsule, image, signing, packageKind } = answers;
  return [
    '# What a promotion of this application accepts. It belongs to those who promote: keep it where promotions run, and',
    '# review its changes like changes of access rights.',
    `# ${docLink('policy.md')}`,
    'apiVersion: release-capsule/v1',
    'kind: Policy',
    ...modeLines(mode),
    'capsule:',
    `  name: ${yamlScalar(name)}`,
    `  repository: ${yamlScalar(capsule)}`,
    '  signers:',
    ...signerLines(signing),
    'image:',
    `  repository: ${yamlScalar(image)}`,
    ...sourceLines(answers),
    `package: { kind: ${packageKind} }`,
    ...allowLines(answers),
    '',
  ].join('\n');
}

function modeLines(mode: InitAnswers['mode']): readonly string[] {
  if (mode === 'enforce') return ['mode: enforce'];
  return ['# Nothing is stopped yet: capsule verify says what would be refused. Change it to enforce when that is nothing.', 'mode: audit'];
}

function signerLines(signing: Signing): readonly string[] {
  if (signing.kind === 'key') return ['    - key: cosign.pub # beside this file: capsule keygen makes it'];
  const { issuer, identity, github, triggers } = signing.identity;
  return [
    '    - keyless:',
    `        issuer: ${yamlScalar(issuer)}`,
    `        identity: ${yamlScalar(identity)}`,
    ...(github === undefined
      ? ['        gitlab:']
      : ['        github:', `          repository: ${yamlScalar(github.repository)}`, `          ref: ${yamlScalar(github.ref)}`]),
    `          trigger: [${triggers.map(yamlScalar).join(', ')}] # what may start the job`,
  ];
}

function sourceLines({ repoURL, packagePath, selection }: InitAnswers): readonly string[] {
  return [
    'source:',
    `  repository: ${yamlScalar(repoURL)}`,
    `  path: ${yamlScalar(packagePath)}`,
    ...yamlList('include', selection.include, '  '),
    ...yamlList('exclude', selection.exclude, '  '),
  ];
}

function allowLines({ selection: { allow } }: InitAnswers): readonly string[] {
  return allow.references.length === 0 ? [] : ['allow:', ...yamlList('references', allow.references, '  ')];
}
