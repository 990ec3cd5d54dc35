import { resolve } from 'node:path';
import { detectCi, directorySource, gitSource, type Source } from '@release-capsule/packer';
import { parseTimestamp } from '@release-capsule/schema';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import type { LoadedConfig } from './load-config.ts';
import type { PackFlags } from './pack-flags.ts';

/** A source, and the repository's address where flags, configuration or the CI job say it. */
export interface OpenedSource {
  readonly source: Source;
  readonly sourceURL?: string;
}

/**
 * Decides where the package is read from: a Git repository at a commit, or a plain directory.
 * @throws {CliError} `OPTION_INVALID`.
 */
export function openSource(flags: PackFlags, config: LoadedConfig | undefined, context: Context): OpenedSource {
  const ci = detectCi(context.env);
  const sourceURL = flags.sourceUrl ?? config?.file.source?.repository ?? ci?.repoURL;
  const source = flags.directory === undefined ? fromGit(flags, context) : fromDirectory(flags, ci?.commit, context);
  return { source, ...(sourceURL !== undefined && { sourceURL }) };
}

function fromGit({ repo, commit }: PackFlags, context: Context): Source {
  return gitSource({ directory: resolve(context.cwd, repo ?? '.'), revision: commit ?? 'HEAD', env: context.env });
}

function fromDirectory({ directory = '.', commit, created }: PackFlags, ciCommit: string | undefined, context: Context): Source {
  const full = commit ?? ciCommit;
  if (full === undefined) {
    throw new CliError('OPTION_INVALID', '--directory is given without --commit', {
      hint: 'A capsule is of a commit: give its full id.',
    });
  }
  return directorySource({ directory: resolve(context.cwd, directory), commit: full, committedAt: timeOf(created, context) });
}

function timeOf(created: string | undefined, { env }: Context): number {
  const text = created ?? env['SOURCE_DATE_EPOCH'];
  if (text === undefined) {
    throw new CliError('OPTION_INVALID', '--directory is given without a time', {
      hint: "Give the commit's time with --created or SOURCE_DATE_EPOCH: `git log -1 --format=%ct`.",
    });
  }
  return /^\d{1,11}$/.test(text) ? Number(text) : secondsOf(text, created === undefined ? 'SOURCE_DATE_EPOCH' : '--created');
}

function secondsOf(text: string, where: string): number {
  try {
    return parseTimestamp(text);
  } catch (error) {
    const message = `${where}: ${error instanceof Error ? error.message : String(error)}`;
    throw new CliError('OPTION_INVALID', message, { cause: error, hint: "Take the commit's: `git log -1 --format=%ct`." });
  }
}
