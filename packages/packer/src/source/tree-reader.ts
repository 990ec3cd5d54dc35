import type { GitTreeEntry, LinkRequest, LinkText, TreeWalk } from '@release-capsule/schema';

/** Something that holds directories by id: a repository its trees, a file system its directories. */
export interface TreeReader {
  /** What an entry is that cannot be packed as a file (in Git, a submodule), and what to do about it. */
  readonly unsupported: { readonly why: string; readonly hint: string };
  /** Reads a directory that the package is made of. */
  open(id: string): Promise<readonly GitTreeEntry[]>;
  /** Reads a directory to find out where links lead; nothing is noted of it. */
  peek(id: string): Promise<readonly GitTreeEntry[]>;
  /** Reads a symbolic link's text, at most `maxBytes` of it. */
  linkText(id: string, maxBytes: number): Promise<Uint8Array>;
}

/** What a walk asks for. */
export interface WalkAnswers {
  open(id: string): Promise<readonly GitTreeEntry[]>;
  /** Absent if the walk follows no links. */
  linkText?(request: LinkRequest): LinkText | Promise<LinkText>;
}

/** Runs a walk to its end, giving it the directories and links that it asks for. */
export async function runWalk<T>(walk: TreeWalk<T>, answers: WalkAnswers): Promise<T> {
  let step = walk.next();
  while (step.done !== true) {
    const request = step.value;
    step = walk.next('tree' in request ? await answers.open(request.tree) : await answers.linkText?.(request));
  }
  return step.value;
}
