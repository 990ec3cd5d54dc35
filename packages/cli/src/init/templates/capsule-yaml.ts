import { isSameImageName } from '@release-capsule/schema';
import { docLink } from '../doc-link.ts';
import type { InitAnswers } from '../init-answers.ts';
import { yamlList, yamlScalar } from './yaml-scalar.ts';

/** Where a CI job finds the private key, where one signs. */
export const keyVariable = 'COSIGN_PRIVATE_KEY';

/** Writes the option that says who signs: a job signs as its policy expects, whatever else `capsule.yaml` comes to say. */
export function signingFlag({ kind }: InitAnswers['signing']): string {
  return kind === 'keyless' ? '--keyless' : `--key env://${keyVariable}`;
}

/** Writes `capsule.yaml`. Source: docs/files.md, "capsule.yaml". */
export function capsuleYaml({ name, packagePath, packageKind, selection, image, imageName, capsule, signing }: InitAnswers): string {
  return [
    '# How a release of this repository is packed. Every key:',
    `# ${docLink('files.md#capsuleyaml')}`,
    'apiVersion: release-capsule/v1',
    'kind: Capsule',
    `name: ${yamlScalar(name)}`,
    'package:',
    `  kind: ${packageKind}`,
    `  from: ${yamlScalar(packagePath)}`,
    ...yamlList('include', selection.include, '  '),
    ...yamlList('exclude', selection.exclude, '  '),
    ...allowLines(selection.allow),
    'image:',
    `  repository: ${yamlScalar(image)}`,
    ...(isSameImageName(imageName, image) ? [] : [`  names: [{ name: ${yamlScalar(imageName)} }] # what the package calls it`]),
    'capsule:',
    `  repository: ${yamlScalar(capsule)}`,
    'sign:',
    signing.kind === 'keyless' ? '  keyless: true' : `  key: env://${keyVariable}`,
    '',
  ].join('\n');
}

function allowLines({ references, secretValues }: InitAnswers['selection']['allow']): readonly string[] {
  const lines = [...yamlList('references', references, '  '), ...yamlList('secretValues', secretValues, '  ')];
  return lines.length === 0 ? [] : ['allow:', ...lines];
}
