import {
  compareUtf8,
  type DereferencedLink,
  type EntryPath,
  type ListedEntry,
  listSource,
  parseEntryPath,
  quote,
  SchemaError,
  type SourceListing,
} from '@release-capsule/schema';
import { PackError } from '../errors.ts';
import { PackageLinks } from './package-links.ts';
import { linkHint, type PackageProblems } from './package-problems.ts';
import type { SourceSelection } from './source.ts';
import { runWalk, type TreeReader } from './tree-reader.ts';

/** A file to pack, before its size is known. */
export interface PackageEntry {
  readonly path: EntryPath;
  readonly executable: boolean;
  readonly id: string;
}

/** What a selection takes of a package's directory. Both lists are sorted by the bytes of their paths. */
export interface PackageListing {
  readonly entries: readonly PackageEntry[];
  readonly dereferenced: readonly DereferencedLink[];
}

/**
 * Lists the files that a selection takes of the directory `tree`, and notes each that cannot be packed. Nothing is
 * dropped silently: what is selected is listed or noted.
 * @throws {PackError} `PACKAGE_EMPTY`.
 * @throws {SchemaError} `PATTERN_INVALID`, `LIMIT_EXCEEDED`.
 */
export async function listPackage(
  tree: string,
  selection: SourceSelection,
  { reader, problems }: { readonly reader: TreeReader; readonly problems: PackageProblems },
): Promise<PackageListing> {
  const { selected, dereferenced, leftOut, ruledOut } = await walkPackage(tree, selection, reader);
  if (selected.length === 0) throw emptyPackage(selection, leftOut.size + ruledOut > 0);
  const entries: PackageEntry[] = [];
  for (const entry of selected.toSorted((a, b) => compareUtf8(a.path, b.path))) {
    const path = packablePath(entry, problems);
    if (path === undefined) continue;
    const { kind, id, why } = entry;
    if (kind === 'submodule') problems.add('ENTRY_UNSUPPORTED', path, reader.unsupported.why, reader.unsupported.hint);
    else if (kind !== 'link') entries.push({ path, executable: kind === 'executable', id });
    else if (why !== undefined) problems.add('LINK_UNRESOLVED', path, why);
    else problems.add('ENTRY_UNSUPPORTED', path, 'it is a symbolic link', linkHint);
  }
  const links = [...dereferenced].map(([path, target]) => ({ path, target })).sort((a, b) => compareUtf8(a.path, b.path));
  for (const { path } of links) packablePath({ path, exact: true }, problems);
  return { entries, dereferenced: links };
}

/**
 * Walks the package twice: to find out what is in it and which links are followed, and again as a verifier will do, with
 * these links alone. The trees that the second walk opens are the source proof.
 */
async function walkPackage(tree: string, selection: SourceSelection, reader: TreeReader): Promise<SourceListing> {
  const links = new PackageLinks(tree, reader);
  const listing = await runWalk(listSource(tree, selection), {
    open: (id) => reader.peek(id),
    linkText: (request) => (selection.dereference ? links.text(request) : undefined),
  });
  await runWalk(listSource(tree, selection), {
    open: (id) => reader.open(id),
    linkText: ({ path }) => {
      const text = listing.dereferenced.get(path);
      return text === undefined ? undefined : { text };
    },
  });
  return listing;
}

function packablePath({ path, exact }: Pick<ListedEntry, 'path' | 'exact'>, problems: PackageProblems): EntryPath | undefined {
  if (!exact) {
    problems.add('PATH_INVALID', path, 'its name is not valid UTF-8');
    return undefined;
  }
  try {
    return parseEntryPath(path);
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    problems.add('PATH_INVALID', path, error.message);
    return undefined;
  }
}

function emptyPackage({ path, include, exclude }: SourceSelection, patternsLeftOut: boolean): PackError {
  if (!patternsLeftOut) return new PackError('PACKAGE_EMPTY', `the directory ${quote(path)} holds no file`);
  const patterns = `include ${JSON.stringify(include)}, exclude ${JSON.stringify(exclude)}`;
  return new PackError('PACKAGE_EMPTY', `the patterns leave no file of ${quote(path)}: ${patterns}`, {
    hint: 'Patterns are relative to the package\'s directory; "base/**" takes all below base.',
  });
}
