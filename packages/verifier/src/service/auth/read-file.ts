import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { isMissingFile } from '@release-capsule/oci';
import { VerifyError } from '../../errors.ts';

/** Tells whether a file could not be read because it is not there. */
export function isFileGone(error: unknown): boolean {
  return error instanceof VerifyError && isMissingFile(error.cause);
}

/** How a file of the service is read. */
export interface ReadFileOptions {
  /** What it is, for people. */
  readonly what: string;
  readonly maxBytes: number;
  /** It is read as the service starts: a pipe will do, which has its content once. */
  readonly isFirst: boolean;
}

// Opening a pipe that nothing writes to would otherwise wait for ever, and so would each reading after it.
const againFlags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Reads a file that the service is configured with, up to a bound.
 * @throws {VerifyError} `SERVICE_INVALID`.
 */
export async function readServiceFile(path: string, { what, maxBytes, isFirst }: ReadFileOptions): Promise<Buffer> {
  try {
    await using file = await open(path, isFirst ? constants.O_RDONLY : againFlags);
    if (!isFirst && !(await file.stat()).isFile()) throw new Error(`${path} is not a regular file, and cannot be read again`);
    const buffer = Buffer.alloc(maxBytes + 1);
    let size = 0;
    for (let read = -1; read !== 0 && size < buffer.byteLength; size += read) {
      ({ bytesRead: read } = await file.read(buffer, size, buffer.byteLength - size));
    }
    if (size <= maxBytes) return buffer.subarray(0, size);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new VerifyError('SERVICE_INVALID', `${what} cannot be read: ${why}`, {
      hint: 'Check the path, and who may read the file.',
      cause,
    });
  }
  throw new VerifyError('SERVICE_INVALID', `${what} ${path} is larger than ${maxBytes} bytes`, {
    hint: 'Check that it is the file that is meant.',
  });
}
