import type { InitAnswers } from './init-answers.ts';
import { keyVariable } from './templates/capsule-yaml.ts';

/** Lists what a person has still to do, each step as lines. */
export function nextSteps(answers: InitAnswers): readonly (readonly string[])[] {
  const { ci, signing, kargo } = answers;
  return [
    ...(signing.kind === 'key' ? [keyStep] : []),
    ...(ci === 'none' ? [commandStep] : [ci === 'github' ? gitHubStep(answers) : gitLabStep]),
    ['Commit these files. The next push to the branch releases a capsule.'],
    ...(kargo === undefined ? [] : [['Apply kargo/ to the cluster: kustomize build kargo | kubectl apply -f -']]),
  ];
}

const keyStep = [
  'Make a key outside the repository: capsule keygen --output ../keys',
  'Copy ../keys/cosign.pub beside the policy. The private key belongs into the secrets of CI alone:',
  `${keyVariable} holds the text of ../keys/cosign.key, COSIGN_PASSWORD its password.`,
];

const commandStep = ['Run capsule release --image-digest sha256:... where your image has been pushed.'];

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
