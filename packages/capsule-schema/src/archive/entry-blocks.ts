import { blockBytes, encodeTarHeader, typeFlags } from './tar-header.ts';

/** One entry of a capsule's archive. A directory's path ends in `/`, and its size is 0. */
export interface ArchiveEntry {
  readonly path: string;
  readonly kind: 'file' | 'directory';
  readonly executable: boolean;
  /** In bytes. */
  readonly size: number;
}

const maxNameBytes = 100; // the ustar field; `prefix` stays empty, so that no reader joins two names
const ascii = /^\p{ASCII}*$/u;

/** The names that stand in the ustar field where the path is in the PAX header before. */
export const paxHeaderName = '@PaxHeader';
export const paxEntryName = '@PaxPath';

/** Tells whether a path needs a PAX header: it is longer than the ustar field, or not ASCII. */
export function needsPax(path: string): boolean {
  return path.length > maxNameBytes || !ascii.test(path);
}

/** Writes the header blocks of an entry: one, or three and more where its path needs a PAX header. */
export function encodeEntry(entry: ArchiveEntry, mtime: number): Buffer {
  const isDirectory = entry.kind === 'directory';
  const main = {
    mode: isDirectory || entry.executable ? 0o755 : 0o644,
    size: entry.size,
    mtime,
    typeFlag: isDirectory ? typeFlags.directory : typeFlags.file,
  } as const;
  if (!needsPax(entry.path)) return encodeTarHeader({ ...main, name: entry.path });
  const record = paxPathRecord(entry.path);
  return Buffer.concat([
    encodeTarHeader({ name: paxHeaderName, mode: 0o644, size: record.byteLength, mtime, typeFlag: typeFlags.pax }),
    record,
    padding(record.byteLength),
    encodeTarHeader({ ...main, name: isDirectory ? `${paxEntryName}/` : paxEntryName }),
  ]);
}

/** Writes a PAX record `<length> path=<path>\n`, whose length counts itself. */
export function paxPathRecord(path: string): Buffer {
  const tail = Buffer.from(` path=${path}\n`);
  let length = tail.byteLength + 1;
  while (String(length).length + tail.byteLength !== length) length = String(length).length + tail.byteLength;
  return Buffer.concat([Buffer.from(String(length)), tail]);
}

/** The zero bytes that fill the last block of `size` bytes. */
export function padding(size: number): Buffer {
  return Buffer.alloc(paddingBytes(size));
}

/** Counts the zero bytes that fill the last block of `size` bytes. */
export function paddingBytes(size: number): number {
  return (blockBytes - (size % blockBytes)) % blockBytes;
}
