import type { GitTreeEntry, TreeWalk } from '@release-capsule/schema';

/** Something that holds directories by id: a repository its trees, a file system its directories. */
export interface TreeReader {
  /** Says what an entry is that can be no file: of Git, a submodule. */
  readonly unsupported: string;
  open(id: string): Promise<readonly GitTreeEntry[]>;
  /** Reads a symbolic link's text, at most `maxBytes` of it. */
  linkText(id: string, maxBytes: number): Promise<Uint8Array>;
}

/** Runs a walk to its end, opening the directories that it asks for. */
export async function runWalk<T>(walk: TreeWalk<T>, reader: Pick<TreeReader, 'open'>): Promise<T> {
  let step = walk.next();
  while (step.done !== true) step = walk.next(await reader.open(step.value));
  return step.value;
}
