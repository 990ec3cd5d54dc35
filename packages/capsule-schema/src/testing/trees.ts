import { ArchiveParser } from '../archive/archive-parser.ts';
import type { ArchiveFile } from '../archive/plan-entries.ts';
import { writeArchive, type WriteArchiveOptions } from '../archive/write-archive.ts';
import type { CapsuleLimits } from '../limits.ts';
import { type EntryPath, parseEntryPath } from '../path/entry-path.ts';

/** A file of a tree held in memory. */
export interface TreeFile {
  readonly path: EntryPath;
  readonly bytes: Uint8Array;
  readonly executable: boolean;
}

/** The time that the archives of these tests carry: 2026-11-20T09:33:31Z. */
export const mtime = 1_795_167_211;

/** Makes a file of a tree. */
export function treeFile(path: string, content: string | Uint8Array = path, executable = false): TreeFile {
  return { path: parseEntryPath(path), bytes: Buffer.from(content), executable };
}

/** Turns a file of a tree into one that an archive can be written from. */
export function archiveFile({ path, bytes, executable }: TreeFile): ArchiveFile {
  return {
    path,
    size: bytes.byteLength,
    executable,
    async *content() {
      yield bytes;
    },
  };
}

/** Writes a tree as an archive. */
export async function writeTree(
  tree: readonly TreeFile[],
  options: Partial<WriteArchiveOptions> = {},
): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(writeArchive(tree.map(archiveFile), { mtime, ...options })));
}

/** One entry as a parser told of it: the path, its kind or executability, and the bytes in hexadecimal. */
export interface ReadEntry {
  readonly path: string;
  readonly kind: 'file' | 'executable' | 'directory';
  readonly bytes: string;
}

/** Reads an archive in chunks of the given sizes, in turn. */
export function readTree(
  archive: Uint8Array,
  options: { readonly mtime?: number; readonly chunks?: readonly number[]; readonly limits?: CapsuleLimits } = {},
): readonly ReadEntry[] {
  const entries: ReadEntry[] = [];
  let data: Buffer[] = [];
  const handler = {
    beginEntry: (): void => void (data = []),
    fileData: (chunk: Uint8Array): void => void data.push(Buffer.from(chunk)),
    endEntry: ({ path, kind, executable }: { path: string; kind: 'file' | 'directory'; executable: boolean }): void => {
      entries.push({ path, kind: executable ? 'executable' : kind, bytes: Buffer.concat(data).toString('hex') });
    },
  };
  const { chunks = [], limits } = options;
  const parser = new ArchiveParser(handler, { mtime: options.mtime ?? mtime, ...(limits && { limits }) });
  for (const chunk of inChunks(archive, chunks)) parser.write(chunk);
  parser.end();
  return entries;
}

/** Cuts bytes into chunks of the given sizes, in turn; one chunk where there are none. */
export function* inChunks(bytes: Uint8Array, sizes: readonly number[]): Generator<Uint8Array, void, undefined> {
  let offset = 0;
  for (let turn = 0; offset < bytes.byteLength; turn += 1) {
    const size = Math.max(1, sizes[turn % sizes.length] ?? bytes.byteLength);
    yield bytes.subarray(offset, offset + size);
    offset += size;
  }
}

/** Lists the entries that an archive of a tree holds: its files and their ancestors, in order of their bytes. */
export function entriesOf(tree: readonly TreeFile[]): readonly ReadEntry[] {
  const directories = new Set(tree.flatMap(({ path }) => ancestors(path)));
  return [
    ...[...directories].map((path) => ({ path, kind: 'directory', bytes: '' }) as const),
    ...tree.map(({ path, bytes, executable }): ReadEntry => {
      return { path, kind: executable ? 'executable' : 'file', bytes: Buffer.from(bytes).toString('hex') };
    }),
  ].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

function ancestors(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, index) => `${parts.slice(0, index + 1).join('/')}/`);
}
