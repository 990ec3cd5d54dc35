import { CliError } from '../errors.ts';
import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { loadPublicGood } from '../input/public-good.ts';
import { rootLines } from '../output/root-lines.ts';
import { alignRows } from '../output/table.ts';
import type { CommandModule, CommandRun } from '../run-command.ts';
import { exportRoot } from '../trust/export-root.ts';
import { readShownRoot, shownRootJson } from '../trust/show-root.ts';

interface TrustFlags {
  readonly output?: string;
  readonly signingConfig?: string;
  readonly mirror?: string;
  readonly root?: string;
}

const example = `
Example:
  capsule trust show
  capsule trust show trusted_root.json
  capsule trust export --output trusted_root.json

Exported, the root verifies where there is no network: --trusted-root FILE, or
trust.trustedRoot in a policy. TUF_MIRROR and TUF_ROOT_JSON name another
repository than the public Sigstore's, as for cosign.`;

/** `capsule trust`: shows what identities are verified by, or writes it to a file. */
export const trustCommand: CommandModule = {
  name: 'trust',
  declare(command, act) {
    command
      .description('Show or export the Sigstore root: the authorities and logs that identities are verified by.')
      .argument('<action>', 'show or export')
      .argument('[file]', 'for show: a trusted_root.json; default: public-good, the root of the public Sigstore')
      .option('--output <file>', 'for export: the file to write; default trusted_root.json')
      .option('--signing-config <file>', 'for export: a file for the signing configuration as well')
      .option('--mirror <url>', 'the TUF repository to ask; default: TUF_MIRROR, else the public Sigstore')
      .option('--root <file>', 'the root.json that it begins at; default: TUF_ROOT_JSON, else the public one')
      .addHelpText('after', example);
    act<TrustFlags>(async ([action = '', file], flags, run) => {
      if (action === 'show') return show(file, flags, run);
      if (action === 'export') return exportTo(file, flags, run);
      throw new CliError('OPTION_INVALID', `capsule trust cannot ${JSON.stringify(action)}`, {
        hint: 'Write capsule trust show or capsule trust export.',
      });
    });
  },
};

async function show(file = 'public-good', flags: TrustFlags, { context, output }: CommandRun): Promise<ExitStatus> {
  const { output: path, signingConfig, ...source } = flags;
  if ((path ?? signingConfig) !== undefined) {
    throw new CliError('OPTION_INVALID', 'capsule trust show writes no file', { hint: 'Write capsule trust export --output FILE.' });
  }
  output.step('Getting the root');
  const shown = await readShownRoot(file, source, context);
  output.result(shownRootJson(shown), rootLines(shown, output.style, context.now()));
  return exitStatus.ok;
}

async function exportTo(file: string | undefined, flags: TrustFlags, { context, output }: CommandRun): Promise<ExitStatus> {
  if (file !== undefined) {
    throw new CliError('OPTION_INVALID', 'capsule trust export takes no file to read', {
      hint: `Write --output ${JSON.stringify(file)} for where to write it.`,
    });
  }
  const { output: path = 'trusted_root.json', signingConfig, ...source } = flags;
  output.step('Getting the root');
  const found = await loadPublicGood(context, { ...source, refresh: true });
  const exported = await exportRoot(found, { output: path, ...(signingConfig !== undefined && { signingConfig }) }, context);
  const rows = [
    ['trusted root', exported.trustedRoot],
    ['digest', exported.digest],
    ...(exported.signingConfig === undefined ? [] : [['signing config', exported.signingConfig] as const]),
    ['from', exported.mirror],
    ['known good', `until ${exported.expires}; a file has no date of its own: export it again by then`],
  ] as const;
  output.result(exported, [`${output.style.green('✔')} root exported`, ...alignRows(rows, '  ')]);
  return exitStatus.ok;
}
