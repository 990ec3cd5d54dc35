import { access, lstat, realpath, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { type CapsuleConfig, maxConfigBytes, PackError, parseCapsuleConfig, repositoryRoot } from '@release-capsule/packer';
import type { Context } from '../context.ts';
import type { CommandRun } from '../run-command.ts';
import { readInput } from './read-input.ts';

/** A `capsule.yaml`, and where it lies: its paths are relative to it. */
export interface LoadedConfig {
  readonly file: CapsuleConfig;
  readonly directory: string;
  /** It was found above the working directory. */
  readonly isFoundAbove: boolean;
}

const configName = 'capsule.yaml';

/**
 * Loads the `capsule.yaml` that is named, else the nearest one: in the working directory, or above it up to the root of the
 * Git repository. One above does not count for what is packed from another repository: exceptions and names would be
 * taken from a file that knows nothing of it.
 * @param packed the directory that is packed from, if it is not the working directory.
 * @throws {CliError} `FILE_UNREADABLE`; {PackError} `CONFIG_INVALID`.
 */
export async function loadConfig(
  named: string | undefined,
  context: Context,
  packed = '.',
): Promise<LoadedConfig | undefined> {
  const { cwd } = context;
  const above = named === undefined && !(await isThere(join(cwd, configName))) ? await findAbove(cwd, resolve(cwd, packed)) : undefined;
  const path = above ?? resolve(cwd, named ?? configName);
  if (named === undefined && !(await isThere(path))) return undefined;
  const bytes = await readInput(path, 'the configuration', maxConfigBytes, context);
  return { file: parseCapsuleConfig(bytes), directory: dirname(path), isFoundAbove: above !== undefined };
}

/** Says which `capsule.yaml` counts, where that is not plain to see. */
export function noteConfig(config: LoadedConfig | undefined, { context, output }: CommandRun): void {
  if (config?.isFoundAbove !== true) return;
  output.lines([`${output.style.dim('·')} using ${relative(context.cwd, join(config.directory, configName))}`]);
}

/**
 * Goes up as Git does for `.git`, and never beyond it. A file of another owner than the working directory does not count:
 * in a directory that everybody can write to, anybody could put a repository and a file above the others' directories.
 */
async function findAbove(cwd: string, packed: string): Promise<string | undefined> {
  const root = await rootAround(cwd);
  if (root === undefined || (packed !== cwd && (await rootAround(packed)) !== root)) return undefined;
  const start = await realpath(cwd);
  const { uid } = await lstat(start);
  for (let at = start; at !== root && at !== dirname(at); ) {
    at = dirname(at);
    const path = join(at, configName);
    const found = await lstat(path).catch(() => undefined);
    if (found !== undefined) return found.uid === uid && (await isFile(path)) ? path : undefined;
  }
  return undefined;
}

// A pipe would be waited for, and the wait could not be ended.
function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}

async function rootAround(cwd: string): Promise<string | undefined> {
  try {
    return await repositoryRoot(cwd);
  } catch (error) {
    if (error instanceof PackError) return undefined; // there is no repository
    throw error;
  }
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
