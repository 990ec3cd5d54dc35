import { exitStatus } from '../exit-status.ts';
import { declareRegistryOptions, type RegistryOptions } from '../input/registry-options.ts';
import { inspectCapsule } from '../inspect/inspect-capsule.ts';
import { inspectionLines } from '../output/inspection-lines.ts';
import type { CommandModule } from '../run-command.ts';
import { openStore } from '../stores/open-store.ts';
import { resolveCapsule } from '../stores/resolve-capsule.ts';

const example = `
Example:
  capsule inspect oci:./capsules:git-...

Nothing is judged but the format: who has signed, and when, is as the signatures say it themselves. For each
signer a policy is printed that accepts that one alone. Read it before you use it with capsule verify.`;

/** `capsule inspect`: shows record, files, sizes, digests, signatures and attestations. */
export const inspectCommand: CommandModule = {
  name: 'inspect',
  declare(command, act) {
    declareRegistryOptions(command)
      .description('Show what a capsule holds and what is attached to it.')
      .argument('<reference>', 'oci:DIR:TAG, oci:DIR@DIGEST, REGISTRY/REPOSITORY:TAG or REGISTRY/REPOSITORY@DIGEST')
      .addHelpText('after', example);
    act<RegistryOptions>(async ([text = ''], flags, { context, output }) => {
      const opened = await openStore(text, { plainHttp: flags.plainHttp ?? false }, context);
      output.step('Reading the capsule');
      const capsule = await resolveCapsule(opened, context.signal);
      const repository = opened.reference.kind === 'registry' ? { repository: opened.place } : {};
      const inspection = await inspectCapsule(opened.store, capsule, { ...repository, signal: context.signal });
      const lines = inspectionLines(opened.place, inspection, output.style);
      output.result({ reference: `${opened.place}@${capsule.digest}`, ...inspection }, lines);
      return exitStatus.ok;
    });
  },
};
