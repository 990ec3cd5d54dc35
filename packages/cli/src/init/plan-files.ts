import { lstat, open, readlink, realpath } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { CliError } from '../errors.ts';
import type { InitFile } from './init-file.ts';

/** What there is at the place of a file that is to be written. */
export type FileState = 'created' | 'unchanged' | 'kept' | 'differs';

/** A file to write, and what is there. */
export interface PlannedFile extends InitFile {
  /** Absolute. */
  readonly at: string;
  readonly state: FileState;
}

const maxFileBytes = 256 * 1024; // ours are a few kilobytes: whatever is longer differs

/**
 * Looks at the place of each file. A path that leads out of the repository, or into Git's own directory, is refused:
 * anyone who can commit can put a link there.
 * @throws {CliError} `FILE_UNWRITABLE`.
 */
export async function planFiles(root: string, files: readonly InitFile[]): Promise<readonly PlannedFile[]> {
  const realRoot = await realpath(root);
  const planned: PlannedFile[] = [];
  for (const file of files) {
    const at = join(realRoot, file.path);
    await refuseLink(at, realRoot);
    await refuseOutside(dirname(at), realRoot);
    planned.push({ ...file, at, state: await stateOf(at, file.text) });
  }
  return planned;
}

async function refuseLink(at: string, root: string): Promise<void> {
  const stat = await lstat(at).catch(() => undefined);
  if (stat?.isSymbolicLink() !== true) return;
  throw refused(at, root, `is a symbolic link to ${await readlink(at)}`);
}

/** The nearest directory that exists decides: below it nothing is a link yet. */
async function refuseOutside(directory: string, root: string): Promise<void> {
  const real = await realpath(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw refused(directory, root, `cannot be looked at: ${error.message}`);
    return undefined;
  });
  if (real === undefined) {
    // A link to nowhere is none that a directory could be made at.
    if ((await lstat(directory).catch(() => undefined)) !== undefined) throw refused(directory, root, 'is a symbolic link to nowhere');
    return refuseOutside(dirname(directory), root);
  }
  const inside = relative(root, real);
  if (inside === '..' || inside.startsWith(`..${sep}`)) throw refused(directory, root, `leads out of the repository, to ${real}`);
  if (inside === '.git' || inside.startsWith(`.git${sep}`)) throw refused(directory, root, "leads into Git's own directory");
}

async function stateOf(at: string, text: string): Promise<FileState> {
  try {
    await using file = await open(at, 'r');
    const stat = await file.stat();
    if (!stat.isFile() || stat.size > maxFileBytes) return 'differs';
    return (await file.readFile('utf8')) === text ? 'unchanged' : 'differs';
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'created';
    return 'differs'; // a directory, or one that may not be read: nothing to be overwritten unasked
  }
}

function refused(at: string, root: string, why: string): CliError {
  return new CliError('FILE_UNWRITABLE', `${relative(root, at) || '.'} ${why}`, {
    hint: 'Nothing was written. Make it a file or directory of this repository.',
  });
}
