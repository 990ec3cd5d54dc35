import {
  compareUtf8,
  type DereferencedLink,
  type EntryPath,
  type ListedEntry,
  listSource,
  maxLinkBytes,
  parseEntryPath,
  quote,
  resolveSourceLink,
  SchemaError,
} from '@release-capsule/schema';
import { PackError } from '../errors.ts';
import type { PackageProblems } from './package-problems.ts';
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
  const { selected, leftOut, ruledOut } = await runWalk(listSource(tree, selection), reader);
  if (selected.length === 0) throw emptyPackage(selection, leftOut.size + ruledOut > 0);
  const entries: PackageEntry[] = [];
  const links: ListedEntry[] = [];
  for (const entry of selected) {
    const path = packablePath(entry, problems);
    if (path === undefined) continue;
    if (entry.kind === 'submodule') problems.add('ENTRY_UNSUPPORTED', path, reader.unsupported);
    else if (entry.kind !== 'link') entries.push({ path, executable: entry.kind === 'executable', id: entry.id });
    else if (selection.dereference) links.push(entry);
    else problems.add('ENTRY_UNSUPPORTED', path, 'it is a symbolic link');
  }
  const followed = await followLinks(tree, links, { reader, problems });
  return {
    entries: [...entries, ...followed.entries].sort((a, b) => compareUtf8(a.path, b.path)),
    dereferenced: followed.dereferenced,
  };
}

function packablePath({ path, exact }: ListedEntry, problems: PackageProblems): EntryPath | undefined {
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

async function followLinks(
  tree: string,
  found: readonly ListedEntry[],
  { reader, problems }: { readonly reader: TreeReader; readonly problems: PackageProblems },
): Promise<PackageListing> {
  // The order of paths is part of the proof: it decides which trees are read first.
  const links = [...found].sort((a, b) => compareUtf8(a.path, b.path));
  const targets = new Map<string, string>();
  for (const { path, id } of links) {
    const bytes = Buffer.from(await reader.linkText(id, maxLinkBytes));
    const target = bytes.toString('utf8');
    if (Buffer.from(target).equals(bytes)) targets.set(path, target);
    else problems.add('LINK_UNRESOLVED', path, 'its target is not valid UTF-8');
  }
  const entries: PackageEntry[] = [];
  for (const path of targets.keys()) {
    const link = await runWalk(resolveSourceLink(tree, path, targets), reader);
    if (link.resolved) entries.push({ path: parseEntryPath(path), executable: link.executable, id: link.id });
    else problems.add('LINK_UNRESOLVED', path, link.why);
  }
  return { entries, dereferenced: [...targets].map(([path, target]) => ({ path, target })) };
}

function emptyPackage({ path, include, exclude }: SourceSelection, patternsLeftOut: boolean): PackError {
  if (!patternsLeftOut) return new PackError('PACKAGE_EMPTY', `the directory ${quote(path)} holds no file`);
  const patterns = `include ${JSON.stringify(include)}, exclude ${JSON.stringify(exclude)}`;
  return new PackError('PACKAGE_EMPTY', `the patterns leave no file of ${quote(path)}: ${patterns}`, {
    hint: 'Patterns are relative to the package\'s directory; "base/**" takes all below base.',
  });
}
