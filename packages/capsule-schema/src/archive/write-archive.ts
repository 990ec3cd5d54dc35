import { SchemaError } from '../errors.ts';
import { type CapsuleLimits, defaultLimits } from '../limits.ts';
import { quote } from '../quote.ts';
import { encodeEntry, padding } from './entry-blocks.ts';
import { type ArchiveFile, planEntries } from './plan-entries.ts';
import { blockBytes, maxOctal } from './tar-header.ts';

/** How an archive is written. */
export interface WriteArchiveOptions {
  /** The commit's time in seconds since 1970: the mtime of every entry. */
  readonly mtime: number;
  readonly limits?: CapsuleLimits;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes files as the canonical tar archive of format version 1, whatever their order.
 * Source: docs/format.md, "The archive".
 * @throws {SchemaError} `TIME_INVALID`, `PATH_COLLISION`, `LIMIT_EXCEEDED`, and `ARCHIVE_TRUNCATED` where a file's
 * content does not have the size that it states.
 */
export async function* writeArchive(
  files: readonly ArchiveFile[],
  options: WriteArchiveOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const limits = options.limits ?? defaultLimits;
  checkTime(options.mtime);
  checkSizes(files, limits);
  for (const entry of planEntries(files, limits.maxEntries)) {
    yield encodeEntry(entry, options.mtime);
    if (entry.file === undefined) continue;
    yield* exactContent(entry.file, options.signal);
    yield padding(entry.size);
  }
  yield Buffer.alloc(2 * blockBytes);
}

/**
 * Refuses a time that the archive cannot hold.
 * @throws {SchemaError} `TIME_INVALID`.
 */
export function checkTime(seconds: number): void {
  if (Number.isSafeInteger(seconds) && seconds >= 0 && seconds <= maxOctal) return;
  throw new SchemaError('TIME_INVALID', `${seconds} is not a time that a capsule can hold`, {
    hint: `It is in whole seconds since 1970, from 0 to ${maxOctal}.`,
  });
}

function checkSizes(files: readonly ArchiveFile[], limits: CapsuleLimits): void {
  let total = 0;
  for (const { path, size } of files) {
    total += size;
    if (size > limits.maxFileBytes) {
      throw tooLarge(`the file ${quote(path)} has ${size} bytes`, limits.maxFileBytes);
    }
  }
  const { maxUnpackedBytes } = limits;
  if (total > maxUnpackedBytes) throw tooLarge(`the capsule's files have ${total} bytes`, maxUnpackedBytes);
}

function tooLarge(what: string, limit: number): SchemaError {
  return new SchemaError('LIMIT_EXCEEDED', `${what}, more than ${limit}`, {
    hint: 'Kargo unpacks no more than that; narrow the package with --include or --exclude.',
  });
}

async function* exactContent(file: ArchiveFile, signal?: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  let left = file.size;
  for await (const chunk of file.content(signal)) {
    left -= chunk.byteLength;
    if (left < 0) break;
    yield chunk;
  }
  if (left !== 0) {
    const message = `${quote(file.path)} changed while it was read: not ${file.size} bytes`;
    throw new SchemaError('ARCHIVE_TRUNCATED', message);
  }
}
