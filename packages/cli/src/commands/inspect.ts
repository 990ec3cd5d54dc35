import { CliError } from '../errors.ts';
import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { declareRegistryOptions, type RegistryOptions } from '../input/registry-options.ts';
import { inspectCapsule } from '../inspect/inspect-capsule.ts';
import { inspectKey } from '../inspect/inspect-key.ts';
import { inspectionLines } from '../output/inspection-lines.ts';
import { alignRows } from '../output/table.ts';
import type { CommandModule, CommandRun } from '../run-command.ts';
import { openStore } from '../stores/open-store.ts';
import { resolveCapsule } from '../stores/resolve-capsule.ts';

const example = `
Example:
  capsule inspect oci:./capsules:git-...
  capsule inspect --key cosign.pub

Nothing is judged but the format: who has signed, and when, is as the signatures
say it themselves. For each signer a policy is printed that accepts that one
alone. Read it before you use it with capsule verify.`;

interface InspectFlags extends RegistryOptions {
  readonly key?: string;
}

/** `capsule inspect`: shows record, files, sizes, digests, signatures and attestations. */
export const inspectCommand: CommandModule = {
  name: 'inspect',
  declare(command, act) {
    declareRegistryOptions(command)
      .description('Show what a capsule holds and what is attached to it.')
      .argument('[reference]', 'oci:DIR:TAG, oci:DIR@DIGEST, REGISTRY/REPOSITORY:TAG or REGISTRY/REPOSITORY@DIGEST')
      .option('--key <file>', 'show what a public key is called instead: its fingerprint, as outputs and policies have it')
      .addHelpText('after', example);
    act<InspectFlags>(async ([text], { key, ...flags }, { context, output }) => {
      if (key !== undefined) return showKey(key, text, { context, output });
      if (text === undefined) throw missing();
      const opened = await openStore(text, { plainHttp: flags.plainHttp ?? false }, context);
      output.step('Reading the capsule');
      const capsule = await resolveCapsule(opened, context.signal);
      const repository = opened.reference.kind === 'registry' ? { repository: opened.place } : {};
      const inspection = await inspectCapsule(opened.store, capsule, { ...repository, signal: context.signal });
      const { lines, isText } = inspectionLines(opened.place, inspection, output);
      output.result({ reference: `${opened.place}@${capsule.digest}`, ...inspection }, lines, isText);
      return exitStatus.ok;
    });
  },
};

async function showKey(path: string, reference: string | undefined, { context, output }: CommandRun): Promise<ExitStatus> {
  if (reference !== undefined) {
    throw new CliError('OPTION_INVALID', '--key is given together with a reference', { hint: 'Give one of them.' });
  }
  const key = await inspectKey(path, context);
  output.result(key, alignRows([['public key', key.publicKey], ['fingerprint', key.fingerprint]]));
  return exitStatus.ok;
}

function missing(): CliError {
  return new CliError('OPTION_INVALID', 'the reference of a capsule is missing', { hint: 'Give a reference, or --key FILE.' });
}
