import { findGitEntry, type GitTreeEntry, quote } from '@release-capsule/schema';
import { PackError } from '../errors.ts';
import { runWalk, type TreeReader } from './tree-reader.ts';

/**
 * Finds the lock file of a source; undefined if there is none.
 * @throws {PackError} `ENTRY_UNSUPPORTED` if it is not a file: a link could lead to a file that is not in the commit.
 */
export async function findLock(root: string, path: string, reader: TreeReader): Promise<GitTreeEntry | undefined> {
  const entry = await runWalk(findGitEntry(root, path), { open: (id) => reader.peek(id) });
  if (entry === undefined || entry.kind === 'file' || entry.kind === 'executable') return entry;
  throw new PackError('ENTRY_UNSUPPORTED', `${quote(path)} is a ${entry.kind}, wanted a file`, {
    hint: 'Commit the lock file itself.',
  });
}
