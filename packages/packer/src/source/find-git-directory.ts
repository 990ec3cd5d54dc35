import { lstat, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { quote } from '@release-capsule/schema';
import { PackError, type PackErrorOptions } from '../errors.ts';

const packingHint = 'Name the repository with --repo, or pack a plain directory with --directory, --commit and --created.';

/**
 * Finds the git directory of the repository that holds a directory: `.git` (a directory, or a worktree's file) in it or
 * in the nearest directory above, or a bare repository itself. Always absolute, with no symbolic link in it.
 * @throws {PackError} `GIT_REPOSITORY_UNKNOWN`.
 */
export async function findGitDirectory(directory: string, hint: string = packingHint): Promise<string> {
  let at: string;
  try {
    at = await realpath(directory);
  } catch (cause) {
    throw noRepository(directory, { hint, cause });
  }
  for (;;) {
    const dotGit = join(at, '.git');
    if (await exists(dotGit)) return dotGit;
    if (await isBare(at)) return at;
    const above = dirname(at);
    if (above === at) throw noRepository(directory, { hint });
    at = above;
  }
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(() => true, () => false);
}

async function isBare(directory: string): Promise<boolean> {
  try {
    const parts = ['HEAD', 'objects', 'refs'].map((name) => stat(join(directory, name)));
    const [head, objects, refs] = await Promise.all(parts);
    return head?.isFile() === true && objects?.isDirectory() === true && refs?.isDirectory() === true;
  } catch {
    return false;
  }
}

function noRepository(directory: string, options: PackErrorOptions): PackError {
  return new PackError('GIT_REPOSITORY_UNKNOWN', `${quote(directory)} is not in a Git repository`, options);
}
