import { SchemaError } from '../errors.ts';
import { compareUtf8 } from '../path/compare-bytes.ts';
import { compileSelection, type PathSelection } from '../path/glob.ts';
import { quote } from '../quote.ts';
import type { GitEntryKind } from './git-tree.ts';
import { type ResolvedLink, resolveSourceLink } from './source-link.ts';
import { readTree, type TreeWalk } from './tree-walk.ts';

/** An entry below the package's directory that the patterns select. */
export interface ListedEntry {
  /** Below the package's directory; bytes that are not UTF-8 are shown as U+FFFD. */
  readonly path: string;
  /** Whether `path` is exactly the entry's bytes. */
  readonly exact: boolean;
  /** What is packed under the path; a link only where it could not be followed. */
  readonly kind: Exclude<GitEntryKind, 'tree'>;
  readonly id: string;
  /** Why a link could not be followed; absent where it was not to be followed. */
  readonly why?: string;
}

/** What lies below the package's directory. */
export interface SourceListing {
  /** In git's depth-first order, then what links lead to. */
  readonly selected: readonly ListedEntry[];
  /** The links that were followed, by where they lie in the commit, with their texts. */
  readonly dereferenced: ReadonlyMap<string, string>;
  /** Paths that were seen and not selected. */
  readonly leftOut: ReadonlySet<string>;
  /** Directories that the patterns rule out as a whole; they were not looked into. */
  readonly ruledOut: number;
}

/** The patterns of a selection. */
export interface SourcePatterns {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

const maxWalkedEntries = 200_000; // equal trees under many names multiply: a few KiB can stand for billions of files
const maxWalkedDepth = 128; // twice as deep as any path that can be packed
const maxWalkedPathLength = 8192; // characters; eight times as long as any path that can be packed

/**
 * Lists what lies below the package's tree, depth first in git's order, without opening a directory that the patterns
 * rule out as a whole; then, in the order of their paths, what the links there lead to. The files of a directory that
 * a link leads to are listed, and selected, under the link's own path.
 * @throws {SchemaError} `PATTERN_INVALID`, `LIMIT_EXCEEDED`.
 */
export function* listSource(tree: string, { include, exclude }: SourcePatterns): TreeWalk<SourceListing> {
  const state: WalkState = {
    tree,
    ...compileSelection(include, exclude),
    selected: [],
    dereferenced: new Map(),
    resolved: new Map(),
    leftOut: new Set(),
    ruledOut: 0,
    seen: 0,
  };
  const links = yield* listBelow({ id: tree, prefix: '', place: '', exact: true, depth: 0 }, state);
  yield* followLinks(links, [], state);
  return state;
}

interface WalkState extends PathSelection {
  readonly tree: string;
  readonly selected: ListedEntry[];
  readonly dereferenced: Map<string, string>;
  /** Where links lead, by where they lie: a link may be met again, in a directory that several links lead to. */
  readonly resolved: Map<string, ResolvedLink>;
  readonly leftOut: Set<string>;
  ruledOut: number;
  seen: number;
}

interface Directory {
  readonly id: string;
  /** Empty, or the path under which its files are packed, with a trailing slash. */
  readonly prefix: string;
  /** The same for where it lies in the commit, which is somewhere else below a link. */
  readonly place: string;
  readonly exact: boolean;
  readonly depth: number;
}

interface FoundLink {
  readonly path: string;
  readonly place: string;
  readonly id: string;
  readonly optional: boolean;
  readonly depth: number;
}

/** Lists a directory, and returns the links to follow. */
function* listBelow(directory: Directory, state: WalkState): TreeWalk<readonly FoundLink[]> {
  const links: FoundLink[] = [];
  for (const { kind, name, id } of yield* readTree(directory.id)) {
    const text = Buffer.from(name).toString('utf8');
    const [path, place] = [directory.prefix + text, directory.place + text];
    const exact = directory.exact && Buffer.from(text).equals(name);
    const depth = directory.depth + 1;
    checkBounds(state, directory.depth, path);
    if (kind === 'tree') {
      if (!state.opens(path)) state.ruledOut += 1;
      else for (const link of yield* listBelow({ id, prefix: `${path}/`, place: `${place}/`, exact, depth }, state)) links.push(link);
    } else if (kind === 'link' && exact && mayFollow(path, state)) {
      links.push({ path, place, id, optional: !state.selects(path), depth });
    } else if (state.selects(path)) {
      state.selected.push({ path, exact, kind, id });
    } else {
      state.leftOut.add(path);
    }
  }
  return links;
}

// A link stands for what it leads to: a file, which the patterns must select, or a directory, which they must open.
function mayFollow(path: string, { selects, opens, excludes }: WalkState): boolean {
  return selects(path) || (!excludes(path) && opens(path));
}

/** @param trail holds where the links lie through which the walk came here. */
function* followLinks(links: readonly FoundLink[], trail: readonly string[], state: WalkState): TreeWalk<void> {
  // The order decides which trees come first in the proof.
  for (const link of links.toSorted((a, b) => compareUtf8(a.path, b.path))) {
    const { path, id, optional } = link;
    const found = yield* resolve(link, state);
    if (found?.kind === 'tree') yield* followDirectory(link, found, trail, state);
    else if (found?.kind === 'nothing') state.selected.push({ path, exact: true, kind: 'link', id, why: found.why });
    else if (optional) state.leftOut.add(path);
    else state.selected.push({ path, exact: true, kind: found?.kind ?? 'link', id: found?.id ?? id });
  }
}

function* resolve({ place, id, optional }: FoundLink, state: WalkState): TreeWalk<ResolvedLink | undefined> {
  const known = state.resolved.get(place);
  if (known !== undefined) return known;
  const found = yield* resolveSourceLink(state.tree, { path: place, id, optional }, state.dereferenced);
  if (found !== undefined) state.resolved.set(place, found);
  return found;
}

function* followDirectory(
  { path, place, id, depth }: FoundLink,
  target: { readonly path: string; readonly id: string },
  trail: readonly string[],
  state: WalkState,
): TreeWalk<void> {
  const passed = [...trail, place];
  if (!state.opens(path)) {
    state.ruledOut += 1;
  } else if (passed.some((one) => target.path === '.' || one.startsWith(`${target.path}/`))) {
    // Each link on the way lies in what the one before leads to, so that a walk without end comes back to one of them.
    const why = `its target ${quote(target.path)} is a directory that leads back to the link: a cycle`;
    state.selected.push({ path, exact: true, kind: 'link', id, why });
  } else {
    const below = { id: target.id, prefix: `${path}/`, place: `${target.path}/`, exact: true, depth };
    yield* followLinks(yield* listBelow(below, state), passed, state);
  }
}

function checkBounds(state: WalkState, depth: number, path: string): void {
  state.seen += 1;
  if (state.seen <= maxWalkedEntries && depth <= maxWalkedDepth && path.length <= maxWalkedPathLength) return;
  throw new SchemaError(
    'LIMIT_EXCEEDED',
    `the package's directory holds more than ${maxWalkedEntries} entries, or entries more than ${maxWalkedDepth} deep`,
    { hint: 'Pack a smaller directory, or leave whole directories out with --exclude "name/**".' },
  );
}
