import { jobTriggers } from '../hosting.ts';
import type { InitAnswers } from '../init-answers.ts';
import { keyVariable, signingFlag } from './capsule-yaml.ts';
import { gitLabLiteral } from './gitlab-literal.ts';
import { installComment, installLines } from './install-program.ts';
import { yamlScalar } from './yaml-scalar.ts';

/** Node, npm and git: what the job needs. The digest is that of the image for all platforms; the tag is for people. */
const image = 'node:24.19.0@sha256:934240a162082fd8b8a2f90cd5114446443f1eba1c5378f6687167ca405e6584';

/**
 * Writes a GitLab job, for `.gitlab-ci.yml` to include: the job takes the image's digest from the variable IMAGE_DIGEST,
 * which the job that pushes the image hands on in a dotenv report.
 * Source: docs.gitlab.com, "CI/CD YAML syntax reference" (id_tokens, rules:if, include) and "Use Sigstore".
 */
export function gitLabJob({ branch, capsule, signing }: InitAnswers): string {
  const registry = capsule.slice(0, capsule.indexOf('/'));
  return [
    '# Freezes, signs and pushes the release capsule of the image whose digest is in IMAGE_DIGEST. In .gitlab-ci.yml:',
    '#   include:',
    '#     - local: .gitlab/capsule.yml',
    'capsule:',
    '  stage: deploy',
    `  image: ${image}`,
    '  rules:',
    `    - if: ${yamlScalar(`${startedRightly} && $CI_COMMIT_BRANCH == ${gitLabLiteral(branch)}`)}`,
    ...(signing.kind === 'keyless' ? identityLines : [`  # ${keyVariable} and COSIGN_PASSWORD are protected variables of the project.`]),
    '  variables:',
    `    REGISTRY: ${yamlScalar(registry)}`,
    ...loginLines(registry),
    '  script:',
    ...writeLogin,
    ...installComment.map((line) => `    ${line}`),
    ...installLines('$private').map((line) => `    - ${line}`),
    '    - |',
    `      "$private/node_modules/.bin/capsule" release --image-digest "$IMAGE_DIGEST" ${signingFlag(signing)}`,
    '',
  ].join('\n');
}

/** Source: docs.gitlab.com, "CI/CD YAML syntax reference" and "Specify when jobs run with rules", `=~`. */
const startedRightly = `$CI_PIPELINE_SOURCE =~ /^(${jobTriggers.gitlab.join('|')})$/`;

const identityLines = ['  id_tokens:', '    SIGSTORE_ID_TOKEN:', '      aud: sigstore'];

// The image has no Docker. A program that reads its variables needs no quoting of what is in them. What lies beside the
// checkout may be there for the next job of the runner, which may be a stranger's merge request.
const writeLogin = [
  '    - |',
  '      private=$(mktemp -d)',
  `      trap 'rm -rf "$private"' EXIT`,
  '      export REGISTRY_AUTH_FILE="$private/login.json"',
  "      node > \"$REGISTRY_AUTH_FILE\" -e '",
  '        const { REGISTRY, REGISTRY_USERNAME: user, REGISTRY_PASSWORD: password } = process.env;',
  '        const auth = Buffer.from([user, password].join(":")).toString("base64");',
  '        console.log(JSON.stringify({ auths: { [REGISTRY]: { auth } } }));',
  "      '",
];

function loginLines(registry: string): readonly string[] {
  if (registry !== 'registry.gitlab.com') return ['    # REGISTRY_USERNAME and REGISTRY_PASSWORD are protected variables of the project.'];
  return ['    REGISTRY_USERNAME: $CI_REGISTRY_USER', '    REGISTRY_PASSWORD: $CI_REGISTRY_PASSWORD'];
}
