import { SchemaError } from '../errors.ts';
import { compileSelection } from '../path/glob.ts';
import type { GitEntryKind, GitTreeEntry } from './git-tree.ts';

/**
 * A walk that asks for trees by id and does no I/O. Packer (reading from a repository) and verifier (reading from a
 * proof) drive the same walk, so that they cannot disagree on what is selected or on which trees a proof needs.
 */
export type TreeWalk<T> = Generator<string, T, readonly GitTreeEntry[]>;

/** An entry below the package's directory that the patterns select. */
export interface ListedEntry {
  /** Below the package's directory; bytes that are not UTF-8 are shown as U+FFFD. */
  readonly path: string;
  /** Whether `path` is exactly the entry's bytes. */
  readonly exact: boolean;
  readonly kind: Exclude<GitEntryKind, 'tree'>;
  readonly id: string;
}

/** What lies below the package's directory. */
export interface SourceListing {
  /** In git's depth-first order. */
  readonly selected: readonly ListedEntry[];
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

/** Finds the entry at `path` below the tree `root`: undefined where there is none. `.` is the root itself. */
export function* findGitEntry(root: string, path: string): TreeWalk<GitTreeEntry | undefined> {
  let found: GitTreeEntry = { kind: 'tree', name: new Uint8Array(), id: root };
  if (path === '.') return found;
  for (const segment of path.split('/')) {
    if (found.kind !== 'tree') return undefined;
    const wanted = Buffer.from(segment);
    const next: GitTreeEntry | undefined = (yield found.id).find(({ name }) => wanted.equals(name));
    if (next === undefined) return undefined;
    found = next;
  }
  return found;
}

/**
 * Lists what lies below the package's tree, depth first in git's order, without opening a directory that the patterns
 * rule out as a whole.
 * @throws {SchemaError} `PATTERN_INVALID`, `LIMIT_EXCEEDED`.
 */
export function* listSource(tree: string, patterns: SourcePatterns): TreeWalk<SourceListing> {
  const listing = { selected: new Array<ListedEntry>(), leftOut: new Set<string>(), ruledOut: 0 };
  yield* listBelow({ id: tree, prefix: '', exact: true, depth: 0 }, {
    ...listing,
    ...compileSelection(patterns.include, patterns.exclude),
    seen: 0,
    ruleOut: () => {
      listing.ruledOut += 1;
    },
  });
  return listing;
}

interface Directory {
  readonly id: string;
  /** Empty, or the directory's path with a trailing slash. */
  readonly prefix: string;
  readonly exact: boolean;
  readonly depth: number;
}

interface WalkState {
  readonly selected: ListedEntry[];
  readonly leftOut: Set<string>;
  readonly selects: (path: string) => boolean;
  readonly opens: (path: string) => boolean;
  readonly ruleOut: () => void;
  seen: number;
}

function* listBelow(directory: Directory, state: WalkState): TreeWalk<void> {
  for (const { kind, name, id } of yield directory.id) {
    const text = Buffer.from(name).toString('utf8');
    const path = directory.prefix + text;
    const exact = directory.exact && Buffer.from(text).equals(name);
    checkBounds(state, directory.depth, path);
    if (kind !== 'tree') {
      if (state.selects(path)) state.selected.push({ path, exact, kind, id });
      else state.leftOut.add(path);
    } else if (state.opens(path)) {
      yield* listBelow({ id, prefix: `${path}/`, exact, depth: directory.depth + 1 }, state);
    } else {
      state.ruleOut();
    }
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
