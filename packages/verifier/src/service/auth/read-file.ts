import { open } from 'node:fs/promises';
import { isMissingFile } from '@release-capsule/oci';
import { VerifyError } from '../../errors.ts';

/** Tells whether a file could not be read because it is not there. */
export function isFileGone(error: unknown): boolean {
  return error instanceof VerifyError && isMissingFile(error.cause);
}

/**
 * Reads a file that the service is configured with, up to a bound.
 * @throws {VerifyError} `SERVICE_INVALID`.
 */
export async function readServiceFile(path: string, what: string, maxBytes: number): Promise<Buffer> {
  try {
    await using file = await open(path, 'r');
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
