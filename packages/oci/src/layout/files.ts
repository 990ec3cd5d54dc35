import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { OciError } from '../errors.ts';
import { readBounded } from '../read-bounded.ts';
import { errnoOf, onDisk, storageError } from './storage-error.ts';

const chunkBytes = 256 * 1024; // few system calls for a layer, little memory for many streams

// A link could lead out of the layout, and opening a pipe without O_NONBLOCK would wait for ever. Windows has neither.
const safeRead = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Opens a file of a layout for reading; returns nothing where there is none.
 * @throws {OciError} `LAYOUT_INVALID` for a symbolic link or anything else that is no regular file, `STORAGE_FAILED`.
 */
export async function openFile(path: string): Promise<FileHandle | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, safeRead);
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT') return undefined;
    // ENXIO is what a socket says, ENOTDIR a file where a directory should be.
    if (code === 'ELOOP' || code === 'EMLINK' || code === 'ENXIO' || code === 'ENOTDIR') throw notRegular(path, error);
    throw storageError(`open ${path}`, error);
  }
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw notRegular(path);
}

/**
 * Reads a small file of a layout; returns nothing where there is none.
 * @throws {OciError} `LAYOUT_INVALID` where it is no regular file, `LIMIT_EXCEEDED`, `STORAGE_FAILED`.
 */
export async function readSmallFile(path: string, maxBytes: number): Promise<Uint8Array | undefined> {
  const file = await openFile(path);
  if (file === undefined) return undefined;
  return readBounded(fileChunks(file, path), maxBytes, path);
}

/** Reads an open file from its start to its end and closes it, also when the iteration is ended before it began. */
export function fileChunks(file: FileHandle, path: string): AsyncIterable<Uint8Array> {
  const close = async (): Promise<IteratorResult<Uint8Array>> => {
    await file.close();
    return { done: true, value: undefined };
  };
  const next = async (): Promise<IteratorResult<Uint8Array>> => {
    const buffer = Buffer.allocUnsafeSlow(chunkBytes);
    try {
      const { bytesRead } = await onDisk(`read ${path}`, () => file.read(buffer, 0, chunkBytes, null));
      if (bytesRead > 0) return { done: false, value: buffer.subarray(0, bytesRead) };
    } catch (error) {
      await close();
      throw error;
    }
    return close();
  };
  return { [Symbol.asyncIterator]: () => ({ next, return: close }) };
}

/** Makes the names in a directory survive a power cut. */
export async function syncDirectory(path: string): Promise<void> {
  try {
    const directory = await open(path, constants.O_RDONLY);
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  } catch (error) {
    // Windows and some network file systems cannot flush a directory; there is nothing else to do for them.
    if (!unflushable.has(errnoOf(error) ?? '')) throw error;
  }
}

const unflushable: ReadonlySet<string> = new Set(['EISDIR', 'EINVAL', 'EPERM', 'EACCES', 'ENOTSUP', 'ENOSYS', 'EBADF']);

function notRegular(path: string, cause?: unknown): OciError {
  return new OciError('LAYOUT_INVALID', `${path} is not a regular file`, {
    hint: 'A layout holds no links: they could lead out of it. Copy the layout with its links followed (cp -rL).',
    cause,
  });
}
