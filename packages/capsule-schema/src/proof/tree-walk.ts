import type { GitTreeEntry } from './git-tree.ts';

/** Asks for the entries of a tree. */
export interface TreeRequest {
  /** Its id. */
  readonly tree: string;
}

/** Asks for the text of a symbolic link. */
export interface LinkRequest {
  /** Id of the link's blob. */
  readonly link: string;
  /** Where the link itself lies in the commit, below the package's directory. */
  readonly path: string;
  /** Whether the patterns do not select the link, only what is below it if it leads to a directory. */
  readonly optional: boolean;
}

/** A link's text, or why it cannot be read; undefined where the link is not to be followed. */
export type LinkText = { readonly text: string } | { readonly why: string } | undefined;

/**
 * A walk that asks for trees and links and does no I/O. Packer (reading from a repository) and verifier (reading from a
 * proof and a record) drive the same walk, so that they cannot disagree on what is selected or on which trees a proof
 * needs.
 */
export type TreeWalk<T> = Generator<TreeRequest | LinkRequest, T, readonly GitTreeEntry[] | LinkText>;

/** Where a path leads: to an entry, or to a link on the way. */
export interface LocatedEntry {
  readonly entry: GitTreeEntry;
  readonly path: string;
  /** The names that are left below a link; empty where the path leads to the entry itself. */
  readonly rest: readonly string[];
}

/** Asks for the entries of a tree. */
export function* readTree(id: string): TreeWalk<readonly GitTreeEntry[]> {
  const answer = yield { tree: id };
  if (Array.isArray(answer)) return answer as readonly GitTreeEntry[];
  throw new TypeError(`the tree ${id} was asked for, and something else came`);
}

/** Asks for the text of a link. */
export function* readLink(request: LinkRequest): TreeWalk<LinkText> {
  const answer = yield request;
  if (!Array.isArray(answer)) return answer as LinkText;
  throw new TypeError(`the link ${request.link} was asked for, and a tree came`);
}

/** Finds the entry at `path` below the tree `root`: undefined where there is none. `.` is the root itself. */
export function* findGitEntry(root: string, path: string): TreeWalk<GitTreeEntry | undefined> {
  const found = yield* locateGitEntry(root, path);
  return found?.rest.length === 0 ? found.entry : undefined;
}

/** Follows `path` below the tree `root` to its end, or to the first link on the way. */
export function* locateGitEntry(root: string, path: string): TreeWalk<LocatedEntry | undefined> {
  let entry: GitTreeEntry = { kind: 'tree', name: new Uint8Array(), id: root };
  const names = path === '.' ? [] : path.split('/');
  for (const [index, name] of names.entries()) {
    if (entry.kind === 'link') return { entry, path: names.slice(0, index).join('/'), rest: names.slice(index) };
    if (entry.kind !== 'tree') return undefined;
    const next = entryNamed(yield* readTree(entry.id), name);
    if (next === undefined) return undefined;
    entry = next;
  }
  return { entry, path, rest: [] };
}

// A large tree may be looked into thousands of times, by links that lead through it.
const indexes = new WeakMap<readonly GitTreeEntry[], ReadonlyMap<string, GitTreeEntry>>();

function entryNamed(entries: readonly GitTreeEntry[], name: string): GitTreeEntry | undefined {
  const index = indexes.get(entries) ?? new Map(entries.map((entry) => [Buffer.from(entry.name).toString('latin1'), entry]));
  indexes.set(entries, index);
  return index.get(Buffer.from(name).toString('latin1'));
}
