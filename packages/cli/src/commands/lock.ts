import { join } from 'node:path';
import type { LockedPackage } from '@release-capsule/promoter';
import { formatImageLock, lockFileName } from '@release-capsule/schema';
import { CliError } from '../errors.ts';
import { exitStatus } from '../exit-status.ts';
import { docLink } from '../init/doc-link.ts';
import { loadConfig, noteConfig } from '../input/load-config.ts';
import { askApplication } from '../lock/ask-application.ts';
import { lockChanges } from '../lock/lock-changes.ts';
import { readLock, saysTheSame } from '../lock/lock-file.ts';
import { declareLockOptions, type LockFlags } from '../lock/lock-flags.ts';
import { lockJson, lockLines } from '../lock/lock-lines.ts';
import { lockPackage } from '../lock/lock-package.ts';
import { writeFiles } from '../output/write-files.ts';
import type { CommandModule } from '../run-command.ts';

const example = `
Example:
  capsule lock            beside capsule.yaml; commit what it writes
  capsule lock --check    in CI: ends with 1 if the lock is not up to date
  capsule lock --image-name stefanprodan/podinfo

The last one says what the package calls the image. The package is rendered by
kustomize or Helm, which get nothing of your environment. About what is found:
  ${docLink('images.md')}`;

/** `capsule lock`: writes down which images a package runs. */
export const lockCommand: CommandModule = {
  name: 'lock',
  declare(command, act) {
    declareLockOptions(command)
      .description('Write capsule.lock.yaml: what the package calls the application image, and the digest of every other.')
      .addHelpText('after', example);
    act<LockFlags>(async (_args, flags, run) => {
      const { context, output } = run;
      const config = await loadConfig(flags.config, context);
      if (config === undefined) throw noConfig();
      noteConfig(config, run);
      const { file, directory } = config;
      const isChecked = flags.check ?? false;
      const previous = await readLock(directory, isChecked, context);
      output.step('Rendering the package');
      const choose = isChecked ? undefined : askApplication(run);
      const locked = await lockPackage({ config: file, directory, flags, previous, choose }, context);
      const isSame = saysTheSame(previous, locked.lock) && !(isChecked && lacksImages(locked, flags));
      const path = join(directory, lockFileName);
      if (!isSame && !isChecked) await writeFiles([{ path, content: formatImageLock(locked.lock) }]);
      const changes = lockChanges(previous, locked.lock);
      const report = { ...locked, changes, state: isSame ? 'unchanged' : isChecked ? 'outdated' : 'written' } as const;
      output.result(lockJson(report, path), lockLines(report, output.style));
      return report.state === 'outdated' ? exitStatus.refused : exitStatus.ok;
    });
  },
};

/** To a check, an image that is missing from the lock was never locked, unless it was left out on purpose. */
function lacksImages({ lock, warnings }: LockedPackage, { resolve }: LockFlags): boolean {
  return resolve !== false && lock.rendered !== undefined && warnings.some(({ code }) => code === 'IMAGE_NOT_RESOLVED');
}

function noConfig(): CliError {
  return new CliError('OPTION_INVALID', 'there is no capsule.yaml here, nor above up to the root of the repository', {
    hint: 'Run it in the repository that has one, or name it with --config. capsule init writes one.',
  });
}
