import { SchemaError } from '../errors.ts';
import { compareUtf8 } from '../path/compare-bytes.ts';
import type { EntryPath } from '../path/entry-path.ts';
import { PathSet } from '../path/path-set.ts';
import type { ArchiveEntry } from './entry-blocks.ts';

/** A file to be written into an archive. */
export interface ArchiveFile {
  readonly path: EntryPath;
  /** In bytes; the content must have exactly as many. */
  readonly size: number;
  readonly executable: boolean;
  content(signal?: AbortSignal): AsyncIterable<Uint8Array>;
}

/** An entry of the archive and, for a file, where its bytes come from. */
export interface PlannedEntry extends ArchiveEntry {
  readonly file?: ArchiveFile;
}

/**
 * Lists the entries of an archive in their one order: sorted by the bytes of the path, a directory's with its trailing
 * `/`; the directories are exactly the ancestors of the files.
 * @throws {SchemaError} `PATH_COLLISION`, `LIMIT_EXCEEDED`.
 */
export function planEntries(files: readonly ArchiveFile[], maxEntries: number): readonly PlannedEntry[] {
  const paths = new PathSet();
  const directories = new Set<string>();
  for (const { path } of files) {
    paths.add(path);
    addAncestors(directories, path);
  }
  const entries = [...[...directories].map(directoryEntry), ...files.map(fileEntry)];
  if (entries.length > maxEntries) {
    const message = `the capsule would hold ${entries.length} entries, more than ${maxEntries}`;
    throw new SchemaError('LIMIT_EXCEEDED', message, {
      hint: 'Narrow the package with --include or --exclude.',
    });
  }
  return entries.sort((a, b) => compareUtf8(a.path, b.path));
}

function addAncestors(directories: Set<string>, path: string): void {
  for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
    const directory = path.slice(0, slash + 1);
    if (directories.has(directory)) return;
    directories.add(directory);
  }
}

function directoryEntry(path: string): PlannedEntry {
  return { path, kind: 'directory', executable: false, size: 0 };
}

function fileEntry(file: ArchiveFile): PlannedEntry {
  return { path: file.path, kind: 'file', executable: file.executable, size: file.size, file };
}
