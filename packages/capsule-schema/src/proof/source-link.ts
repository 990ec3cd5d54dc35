import { quote } from '../quote.ts';
import type { GitTreeEntry } from './git-tree.ts';
import { findGitEntry, type TreeWalk } from './source-walk.ts';

/** Where a symbolic link ends: at a file of the package's directory, or nowhere that can be packed. */
export type ResolvedLink =
  | { readonly resolved: true; readonly path: string; readonly executable: boolean; readonly id: string }
  | { readonly resolved: false; readonly why: string };

/** Bound of a link's text, in bytes: Linux's PATH_MAX. */
export const maxLinkBytes: number = 4096;

const maxLinkHops = 16; // people make chains of two; a loop never ends

/**
 * Follows the link at `path` below the package's tree to a file, through other links where `targets` knows their text.
 * Only a relative target without `..` after a name is followed: such a target means the same on every machine,
 * whatever else is a link.
 * @throws {SchemaError} what reading a tree throws.
 */
export function* resolveSourceLink(
  tree: string,
  path: string,
  targets: ReadonlyMap<string, string>,
): TreeWalk<ResolvedLink> {
  let at = path;
  for (let hops = 0; hops < maxLinkHops; hops += 1) {
    const target = targets.get(at);
    if (target === undefined) return unresolved(`it goes through the link ${quote(at)}, which is left out`);
    const next = linkDestination(at, target);
    if (next === undefined) return unresolved(`its target ${quote(target)} is not a path inside the package`);
    const entry: GitTreeEntry | undefined = yield* findGitEntry(tree, next);
    if (entry === undefined) return unresolved(`its target ${quote(next)} is not in the commit`);
    if (entry.kind === 'file' || entry.kind === 'executable') {
      return { resolved: true, path: next, executable: entry.kind === 'executable', id: entry.id };
    }
    if (entry.kind !== 'link') return unresolved(`its target ${quote(next)} is no file`);
    at = next;
  }
  return unresolved(`it is a chain of more than ${maxLinkHops} links, or a loop`);
}

/**
 * Works out the path that a link names, relative to the package's directory, from the link's own path and text.
 * Returns undefined where the text is absolute, leaves the directory, or is not plain enough to be followed.
 */
export function linkDestination(path: string, target: string): string | undefined {
  if (!target.isWellFormed() || Buffer.byteLength(target) > maxLinkBytes) return undefined;
  const from = path.split('/').slice(0, -1);
  const names: string[] = [];
  // An absolute target starts with an empty segment, which the last check refuses.
  for (const segment of target.split('/')) {
    if (segment === '.') continue;
    if (segment !== '..') names.push(segment);
    else if (names.length > 0 || from.pop() === undefined) return undefined;
  }
  const plain = names.length > 0 && names.every((name) => name !== '' && !name.includes('\\'));
  return plain ? [...from, ...names].join('/') : undefined;
}

function unresolved(why: string): ResolvedLink {
  return { resolved: false, why };
}
