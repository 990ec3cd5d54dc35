import { resolve } from 'node:path';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { declareRegistryOptions, type RegistryOptions } from '../input/registry-options.ts';
import { inspectCapsule, type Inspection } from '../inspect/inspect-capsule.ts';
import { inspectKey } from '../inspect/inspect-key.ts';
import { type InspectionLines, inspectionLines } from '../output/inspection-lines.ts';
import { alignRows } from '../output/table.ts';
import { writeFiles } from '../output/write-files.ts';
import type { CommandModule, CommandRun } from '../run-command.ts';
import { openStore } from '../stores/open-store.ts';
import { resolveCapsule } from '../stores/resolve-capsule.ts';

const example = `
Example:
  capsule inspect oci:./capsules:git-...
  capsule inspect oci:./capsules:git-... --html capsule.html
  capsule inspect --key cosign.pub

Nothing is judged but the format: who has signed, and when, is as the signatures
say it themselves. For each signer a policy is printed that accepts that one
alone. Read it before you use it with capsule verify.

With --html, all of it is written to one page for a browser instead. The page
loads nothing and runs no script. A file of that name is replaced.`;

interface InspectFlags extends RegistryOptions {
  readonly key?: string;
  readonly html?: string;
}

/** `capsule inspect`: shows record, files, sizes, digests, signatures and attestations. */
export const inspectCommand: CommandModule = {
  name: 'inspect',
  declare(command, act) {
    declareRegistryOptions(command)
      .description('Show what a capsule holds and what is attached to it.')
      .argument('[reference]', 'oci:DIR:TAG, oci:DIR@DIGEST, REGISTRY/REPOSITORY:TAG or REGISTRY/REPOSITORY@DIGEST')
      .option('--key <file>', 'show what a public key is called instead: its fingerprint, as outputs and policies have it')
      .option('--html <file>', 'write what there is to see as one page for a browser')
      .addHelpText('after', example);
    act<InspectFlags>(async ([text], { key, html, ...flags }, { context, output }) => {
      if (key !== undefined) return showKey(key, { '--html': html, 'a reference': text }, { context, output });
      if (text === undefined) throw missing();
      const opened = await openStore(text, { plainHttp: flags.plainHttp ?? false }, context);
      output.step('Reading the capsule');
      const capsule = await resolveCapsule(opened, context.signal);
      const repository = opened.reference.kind === 'registry' ? { repository: opened.place } : {};
      const inspection = await inspectCapsule(opened.store, capsule, { ...repository, signal: context.signal });
      const reference = `${opened.place}@${capsule.digest}`;
      const page = html === undefined ? undefined : await writePage(html, reference, inspection, context);
      const { lines, isText } = page === undefined ? inspectionLines(opened.place, inspection, output) : pageLines(page);
      output.result({ reference, ...inspection, ...(page !== undefined && { page }) }, lines, isText);
      return exitStatus.ok;
    });
  },
};

/** Writes the page, whole or not at all, and returns its absolute path. */
async function writePage(file: string, reference: string, inspection: Inspection, { cwd }: Context): Promise<string> {
  const { inspectionPage } = await import('../page/inspection-page.ts'); // loaded here: most runs write no page
  const path = resolve(cwd, file);
  await writeFiles([{ path, content: Buffer.from(inspectionPage(reference, inspection)) }]);
  return path;
}

function pageLines(path: string): InspectionLines {
  const judged = 'nothing but the format: capsule verify judges the release';
  return { lines: alignRows([['page', path], ['judged', judged]]), isText: () => false };
}

async function showKey(
  path: string,
  excluded: Readonly<Record<string, string | undefined>>,
  { context, output }: CommandRun,
): Promise<ExitStatus> {
  const given = Object.keys(excluded).find((name) => excluded[name] !== undefined);
  if (given !== undefined) throw new CliError('OPTION_INVALID', `--key is given together with ${given}`, { hint: 'Give one of them.' });
  const key = await inspectKey(path, context);
  output.result(key, alignRows([['public key', key.publicKey], ['fingerprint', key.fingerprint]]));
  return exitStatus.ok;
}

function missing(): CliError {
  return new CliError('OPTION_INVALID', 'the reference of a capsule is missing', { hint: 'Give a reference, or --key FILE.' });
}
