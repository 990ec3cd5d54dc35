import type { InitAnswers } from '../init-answers.ts';
import { yamlScalar } from './yaml-scalar.ts';

/** Where a CI job finds the private key, where one signs. */
export const keyVariable = 'COSIGN_PRIVATE_KEY';

/** Writes `capsule.yaml`. Source: docs/files.md, "capsule.yaml". */
export function capsuleYaml({ name, packagePath, packageKind, image, capsule, signing }: InitAnswers): string {
  return [
    '# How a release of this repository is packed: docs/files.md of Release Capsule lists every key.',
    'apiVersion: release-capsule/v1',
    'kind: Capsule',
    `name: ${yamlScalar(name)}`,
    'package:',
    `  kind: ${packageKind}`,
    `  from: ${yamlScalar(packagePath)}`,
    'image:',
    `  repository: ${yamlScalar(image)}`,
    'capsule:',
    `  repository: ${yamlScalar(capsule)}`,
    'sign:',
    signing.kind === 'keyless' ? '  keyless: true' : `  key: env://${keyVariable}`,
    '',
  ].join('\n');
}
