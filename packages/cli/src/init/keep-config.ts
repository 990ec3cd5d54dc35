import type { CapsuleConfig } from '@release-capsule/packer';
import { isSameImageName } from '@release-capsule/schema';
import type { InitAnswers } from './init-answers.ts';
import type { PlannedFile } from './plan-files.ts';

/** Keeps a `capsule.yaml` that says what was answered, and perhaps more: what a person has added to it stays. */
export function keepConfig(files: readonly PlannedFile[], config: CapsuleConfig | undefined, answers: InitAnswers): readonly PlannedFile[] {
  if (config === undefined || !saysTheSame(config, answers)) return files;
  return files.map((file) => (file.path === 'capsule.yaml' && file.state === 'differs' ? { ...file, state: 'kept' } : file));
}

function saysTheSame(config: CapsuleConfig, { name, packagePath, packageKind, image, imageName, capsule }: InitAnswers): boolean {
  const { kind = packageKind, from } = config.package;
  const said = [config.name, from, kind, config.image?.repository, config.capsule?.repository];
  const isNamed = isSameImageName(imageName, image) || config.image?.names?.some((known) => known.name === imageName) === true;
  return isNamed && [name, packagePath, packageKind, image, capsule].every((answer, at) => said[at] === answer);
}
