import { SchemaError } from '../errors.ts';
import { type CapsuleLimits, defaultLimits } from '../limits.ts';
import { quote } from '../quote.ts';
import { type ArchiveEntry, paddingBytes } from './entry-blocks.ts';
import { EntryOrder } from './entry-order.ts';
import { EntryReader } from './entry-reader.ts';
import { notCanonical } from './not-canonical.ts';
import { blockBytes } from './tar-header.ts';

/** Receives the entries of an archive, in order, each file's bytes between its beginning and its end. */
export interface ArchiveHandler {
  beginEntry(entry: ArchiveEntry): void;
  fileData(chunk: Uint8Array): void;
  endEntry(entry: ArchiveEntry): void;
}

/** What an archive must be besides canonical. */
export interface ParseArchiveOptions {
  /** The commit's time in seconds since 1970, which every entry must carry. */
  readonly mtime: number;
  readonly limits?: CapsuleLimits;
}

/**
 * Reads a canonical tar archive as it is pushed, and refuses every byte that {@link writeArchive} would not have
 * written. Nothing is skipped, guessed or repaired: no other reader can see another tree in the same bytes.
 * Source: docs/format.md, "The archive".
 */
export class ArchiveParser {
  readonly #handler: ArchiveHandler;
  readonly #limits: CapsuleLimits;
  readonly #reader: EntryReader;
  readonly #order: EntryOrder;
  #block: Buffer = nothing;
  #entry: ArchiveEntry | undefined;
  #dataLeft = 0;
  #paddingLeft = 0;
  #zeroBlocks = 0;
  #unpackedBytes = 0;

  constructor(handler: ArchiveHandler, options: ParseArchiveOptions) {
    this.#handler = handler;
    this.#limits = options.limits ?? defaultLimits;
    this.#reader = new EntryReader(options.mtime);
    this.#order = new EntryOrder(this.#limits.maxEntries);
  }

  /**
   * Takes the next bytes.
   * @throws {SchemaError} `ARCHIVE_NOT_CANONICAL`, `ARCHIVE_ENTRY_FORBIDDEN`, `ARCHIVE_ORDER`,
   * `ARCHIVE_TRAILING_BYTES`, `PATH_INVALID`, `PATH_COLLISION`, `LIMIT_EXCEEDED`.
   */
  write(chunk: Uint8Array): void {
    let rest = chunk;
    while (rest.byteLength > 0) {
      if (this.#dataLeft > 0) rest = this.#takeData(rest);
      else if (this.#paddingLeft > 0) rest = this.#takePadding(rest);
      else rest = this.#takeBlock(rest);
    }
  }

  /**
   * Says that there are no more bytes.
   * @throws {SchemaError} `ARCHIVE_TRUNCATED`.
   */
  end(): void {
    if (this.#zeroBlocks < 2) throw new SchemaError('ARCHIVE_TRUNCATED', 'the archive ends before its two zero blocks');
  }

  #takeData(bytes: Uint8Array): Uint8Array {
    const taken = bytes.subarray(0, this.#dataLeft);
    this.#handler.fileData(taken);
    this.#dataLeft -= taken.byteLength;
    if (this.#dataLeft === 0) this.#endEntry();
    return bytes.subarray(taken.byteLength);
  }

  #takePadding(bytes: Uint8Array): Uint8Array {
    const taken = bytes.subarray(0, this.#paddingLeft);
    if (!isZero(taken)) throw notCanonical('bytes hide in the padding of a file');
    this.#paddingLeft -= taken.byteLength;
    return bytes.subarray(taken.byteLength);
  }

  #takeBlock(bytes: Uint8Array): Uint8Array {
    if (this.#zeroBlocks === 2) throw new SchemaError('ARCHIVE_TRAILING_BYTES', 'the archive goes on after its end');
    const missing = blockBytes - this.#block.byteLength;
    const taken = bytes.subarray(0, missing);
    const block = this.#block.byteLength === 0 ? viewOf(taken) : Buffer.concat([this.#block, taken]);
    if (block.byteLength < blockBytes) this.#block = Buffer.from(block);
    else {
      this.#block = nothing;
      this.#readBlock(block);
    }
    return bytes.subarray(taken.byteLength);
  }

  #readBlock(block: Buffer): void {
    if (isZero(block)) return this.#endBlock();
    if (this.#zeroBlocks > 0) throw notCanonical('an entry follows a zero block');
    const entry = this.#reader.read(block);
    if (entry !== undefined) this.#beginEntry(entry);
  }

  #endBlock(): void {
    if (this.#reader.isWithinEntry()) throw notCanonical('the archive ends within an entry');
    if (this.#zeroBlocks === 0) this.#order.end();
    this.#zeroBlocks += 1;
  }

  #beginEntry(entry: ArchiveEntry): void {
    this.#checkSize(entry);
    this.#order.next(entry);
    this.#entry = entry;
    this.#dataLeft = entry.size;
    this.#paddingLeft = paddingBytes(entry.size);
    this.#handler.beginEntry(entry);
    if (entry.size === 0) this.#endEntry();
  }

  #endEntry(): void {
    if (this.#entry !== undefined) this.#handler.endEntry(this.#entry);
    this.#entry = undefined;
  }

  /** Before the first byte is taken: a header that lies about its size costs nothing. */
  #checkSize({ path, size }: ArchiveEntry): void {
    const { maxFileBytes, maxUnpackedBytes } = this.#limits;
    if (size > maxFileBytes) {
      throw new SchemaError('LIMIT_EXCEEDED', `${quote(path)} has ${size} bytes, more than ${maxFileBytes}`);
    }
    this.#unpackedBytes += size;
    if (this.#unpackedBytes > maxUnpackedBytes) {
      throw new SchemaError('LIMIT_EXCEEDED', `the archive holds more than ${maxUnpackedBytes} bytes of files`);
    }
  }
}

const zeroBlock = Buffer.alloc(blockBytes);
const nothing = Buffer.alloc(0);

function isZero(bytes: Uint8Array): boolean {
  return zeroBlock.subarray(0, bytes.byteLength).equals(bytes);
}

/** Looks at the caller's bytes without a copy: most blocks are read at once and never kept. */
function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
