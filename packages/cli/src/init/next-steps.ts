import type { InitAnswers, KargoAnswers } from './init-answers.ts';
import { docLink } from './doc-link.ts';
import type { SetUpLock } from './lock-set-up.ts';
import type { FoundProgram } from './program/find-program.ts';
import { keyVariable } from './templates/capsule-yaml.ts';
import { reviewStage } from './templates/kargo-manifests.ts';

/** What became of the set-up beside its files. */
export interface SetUpFacts {
  readonly lock?: SetUpLock | undefined;
  readonly program: FoundProgram | undefined;
}

/** Lists what a person has still to do, each step as lines. */
export function nextSteps(answers: InitAnswers, { lock, program }: SetUpFacts): readonly (readonly string[])[] {
  const { signing, kargo } = answers;
  return [
    ...(signing.kind === 'key' ? [keyStep] : []),
    ...releaseSteps(answers, { before: lock?.state === 'later' ? [lockStep(lock)] : [], hasJob: program?.state === 'locked' }),
    ...(kargo === undefined ? [] : promotionSteps(answers, kargo)),
  ];
}

/** What the lines of a step begin with that belong into a file, or name one. */
export const snippetIndent = '  ';

const keyStep = [
  'Make a key outside the repository: capsule keygen --output ../keys',
  'Copy ../keys/cosign.pub beside the policy. The private key belongs into the secrets of CI alone:',
  `${keyVariable} holds the text of ../keys/cosign.key, COSIGN_PASSWORD its password.`,
];

/** A release needs no lock: without one it has the names that the package's files show. */
function lockStep({ why }: SetUpLock): readonly string[] {
  const reason = why === undefined ? [] : [`It could not be written yet: ${why}`];
  return ['Run capsule lock, and commit capsule.lock.yaml:', docLink('images.md'), ...reason];
}

type Steps = readonly (readonly string[])[];

function releaseSteps(answers: InitAnswers, { before, hasJob }: { readonly before: Steps; readonly hasJob: boolean }): Steps {
  const { ci, branch, repoURL } = answers;
  if (ci === 'none') {
    const hint = `Where the clone has no remote origin, add --source-url ${repoURL}`;
    return [...before, ['Commit these files.'], ['Run capsule release --image-digest sha256:... where your image has been pushed.', hint]];
  }
  if (!hasJob) {
    const again = `Run capsule init --ci ${ci} again for the job that releases: see the warning above.`;
    return [...before, ['Commit these files.'], [again]];
  }
  const commitStep = [`Commit these files. The next push to ${branch} releases a capsule.`];
  return [ci === 'github' ? gitHubStep(answers) : gitLabStep, ...before, commitStep];
}

/** Nothing is promoted before all of this is there. */
function promotionSteps({ name, packageKind }: InitAnswers, { project, stages, gitopsRepo }: KargoAnswers): readonly (readonly string[])[] {
  const deployments = stages.filter((stage, at) => stage !== reviewStage || at === stages.length - 1);
  const environments = packageKind === 'helm' ? 'TYPE.values.yaml' : 'TYPE/';
  return [
    ['Run the verify service with this policy, once per cluster:', docLink('deploy.md')],
    [
      `In ${gitopsRepo}, on main, write what each deployment adds:`,
      docLink('kargo.md'),
      ...deployments.map((stage) => `  apps/${name}/deployments/${stage}/deployment.yaml`),
      `  apps/${name}/envTypes/${environments}`,
    ],
    ['Apply kargo/ to the cluster: kustomize build kargo | kubectl apply -f -'],
    [`Give the Project ${project} the service's token, and credentials for the capsules and that repository:`, docLink('kargo.md')],
  ];
}

function gitHubStep({ signing, capsule }: InitAnswers): readonly string[] {
  const isGhcr = capsule.startsWith('ghcr.io/');
  const isKeyless = signing.kind === 'keyless';
  const permissions = ['contents: read', ...(isGhcr ? ['packages: write'] : []), ...(isKeyless ? ['id-token: write'] : [])];
  return [
    'Add this to the workflow that pushes the image, in its job `image` here, with the digest as output:',
    '  capsule:',
    '    needs: image',
    '    uses: ./.github/workflows/capsule.yml',
    `    permissions: { ${permissions.join(', ')} }`,
    '    with: { image-digest: "${{ needs.image.outputs.digest }}" }',
    ...(isGhcr && isKeyless ? [] : ['    secrets: inherit']),
  ];
}

const gitLabStep = [
  'Include the job in .gitlab-ci.yml, and hand it the digest from the job that pushes the image:',
  '  include:',
  '    - local: .gitlab/capsule.yml',
  '  image: # the job that pushes the image',
  '    script:',
  '      - ... && echo "IMAGE_DIGEST=sha256:..." > image.env',
  '    artifacts: { reports: { dotenv: image.env } }',
];
