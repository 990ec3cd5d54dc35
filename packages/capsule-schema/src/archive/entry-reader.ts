import { SchemaError } from '../errors.ts';
import { parseEntryPath } from '../path/entry-path.ts';
import { quote } from '../quote.ts';
import { type ArchiveEntry, encodeEntry, needsPax, paxHeaderName } from './entry-blocks.ts';
import { notCanonical } from './not-canonical.ts';
import { blockBytes, encodeTarHeader, headerFields, typeFlags } from './tar-header.ts';

const maxPaxBlocks = 4; // header, at most 1,024 bytes of path with its length and keyword, and the entry's own header
const octal = /^[0-7]+$/;

/**
 * Reads the header blocks of one entry: a single one, or a PAX header, its record and the entry's own.
 * The blocks are encoded again from what was read and compared, so that no byte escapes a check.
 */
export class EntryReader {
  readonly #mtime: number;
  #blocks: Buffer[] = [];
  #paxRecordBytes = 0;

  constructor(mtime: number) {
    this.#mtime = mtime;
  }

  /** Tells whether a PAX header has been read whose entry has not. */
  isWithinEntry(): boolean {
    return this.#blocks.length > 0;
  }

  /**
   * Takes a block; returns the entry once its header is whole.
   * @throws {SchemaError} `ARCHIVE_NOT_CANONICAL`, `ARCHIVE_ENTRY_FORBIDDEN`, `PATH_INVALID`.
   */
  read(block: Buffer): ArchiveEntry | undefined {
    if (this.#blocks.length === 0) {
      const flag = typeFlagOf(block);
      if (flag !== typeFlags.pax) return this.#finish([block], block, nameOf(block));
      this.#beginPax(block);
      return undefined;
    }
    this.#blocks.push(Buffer.from(block)); // kept for later: the caller may use its memory again
    const recordBlocks = Math.ceil(this.#paxRecordBytes / blockBytes);
    if (this.#blocks.length < 2 + recordBlocks) return undefined;
    const blocks = this.#blocks;
    this.#blocks = [];
    const record = Buffer.concat(blocks.slice(1, -1)).subarray(0, this.#paxRecordBytes);
    return this.#finish(blocks, block, pathOfRecord(record));
  }

  #beginPax(block: Buffer): void {
    const size = numberAt(block, headerFields.size);
    if (size === 0 || size > (maxPaxBlocks - 1) * blockBytes) throw notCanonical('a PAX header of an impossible size');
    const canonical = { name: paxHeaderName, mode: 0o644, size, mtime: this.#mtime, typeFlag: typeFlags.pax } as const;
    if (!encodeTarHeader(canonical).equals(block)) throw notCanonical('a PAX header that the packer would not write');
    this.#paxRecordBytes = size;
    this.#blocks = [Buffer.from(block)];
  }

  #finish(blocks: readonly Buffer[], header: Buffer, rawPath: Uint8Array): ArchiveEntry {
    const flag = typeFlagOf(header);
    if (flag === typeFlags.pax) throw notCanonical('two PAX headers in a row');
    const isDirectory = flag === typeFlags.directory;
    const entry: ArchiveEntry = {
      path: parsePath(rawPath, isDirectory),
      kind: isDirectory ? 'directory' : 'file',
      executable: !isDirectory && (numberAt(header, headerFields.mode) & 0o111) !== 0,
      size: numberAt(header, headerFields.size),
    };
    if (isDirectory && entry.size !== 0) throw notCanonical('a directory with content');
    if (blocks.length === 1 && needsPax(entry.path)) throw notCanonical('a path that should be in a PAX header');
    const found = blocks.length === 1 ? header : Buffer.concat(blocks);
    if (!encodeEntry(entry, this.#mtime).equals(found)) throw differing(entry, header, this.#mtime);
    return entry;
  }
}

const forbiddenKinds: Readonly<Record<string, string>> = {
  '\0': 'a file of the pre-POSIX format',
  '1': 'a hard link',
  '2': 'a symbolic link',
  '3': 'a character device',
  '4': 'a block device',
  '6': 'a FIFO',
  '7': 'a contiguous file',
  g: 'a global PAX header',
  K: 'a GNU long link name',
  L: 'a GNU long name',
  S: 'a GNU sparse file',
  D: 'a GNU directory listing',
  M: 'a GNU multi-volume continuation',
  V: 'a GNU volume label',
  X: 'a Solaris extended header',
};

function typeFlagOf(block: Buffer): string {
  const flag = fieldOf(block, headerFields.typeFlag).toString('latin1');
  if (flag === typeFlags.file || flag === typeFlags.directory || flag === typeFlags.pax) return flag;
  const kind = forbiddenKinds[flag] ?? `an entry of the unknown type ${quote(flag)}`;
  const name = quote(nameOf(block).toString('latin1'));
  const message = `the archive holds ${kind}, ${name}: only files and directories may be in it`;
  throw new SchemaError('ARCHIVE_ENTRY_FORBIDDEN', message);
}

function nameOf(block: Buffer): Buffer {
  const field = fieldOf(block, headerFields.name);
  const end = field.indexOf(0);
  return end === -1 ? field : field.subarray(0, end);
}

function parsePath(raw: Uint8Array, isDirectory: boolean): string {
  const endsInSlash = raw.at(-1) === 0x2f;
  if (isDirectory !== endsInSlash) throw notCanonical('a directory without its slash, or a file with one');
  const path = parseEntryPath(isDirectory ? raw.subarray(0, -1) : raw);
  return isDirectory ? `${path}/` : path;
}

/** Finds the path in a PAX header, which holds one record about it and no other. */
function pathOfRecord(record: Buffer): Uint8Array {
  const key = `${record.byteLength} path=`;
  if (record.toString('latin1', 0, key.length) !== key || record.at(-1) !== 0x0a) {
    throw notCanonical('a PAX header that is not one record about the path');
  }
  return record.subarray(key.length, -1);
}

function numberAt(block: Buffer, [offset, length]: readonly [number, number]): number {
  const digits = block.toString('latin1', offset, offset + length - 1);
  // Base-256, blanks, signs: every spelling but one is a way to have two readers disagree.
  if (!octal.test(digits)) throw notCanonical('a number that is not in octal digits');
  return Number.parseInt(digits, 8);
}

function fieldOf(block: Buffer, [offset, length]: readonly [number, number]): Buffer {
  return block.subarray(offset, offset + length);
}

function differing(entry: ArchiveEntry, header: Buffer, mtime: number): SchemaError {
  const wanted = encodeEntry(entry, mtime).subarray(-blockBytes);
  const field = Object.entries(headerFields).find(
    ([name, range]) => name !== 'checksum' && !fieldOf(header, range).equals(fieldOf(wanted, range)),
  );
  const place = field?.[0] ?? 'its checksum or PAX record';
  return notCanonical(`the header of ${quote(entry.path)} differs in ${place}`);
}
