import type { FileHandle } from 'node:fs/promises';
import { assertArguments } from './assert-arguments.ts';
import { createDigester, type Digester } from './digest.ts';
import type { OciDigest } from './descriptor.ts';
import { OciError } from './errors.ts';
import { openPrivateFile, privateFileFailed } from './private-file.ts';
import { writeChunk } from './write-chunk.ts';

/** Where a spool's file is made, and how much it may hold. */
export interface SpoolOptions {
  /** A directory for temporary files; the file in it has no name, or none by the time anything is written. */
  readonly directory: string;
  /** In bytes. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
}

const readBytes = 256 * 1024; // few system calls, little memory

/**
 * Holds content in a private temporary file: written once, read as often as needed, gone when closed.
 * The file has no name, or loses it as soon as it is open: no other process can reach it, and none is left after a kill.
 */
export class Spool implements AsyncDisposable {
  /** SHA-256 of the content. */
  readonly digest: OciDigest;
  /** In bytes. */
  readonly size: number;
  readonly #file: FileHandle;

  private constructor(file: FileHandle, digest: OciDigest, size: number) {
    this.#file = file;
    this.digest = digest;
    this.size = size;
  }

  /**
   * Reads `content` to its end into a new spool.
   * @throws {OciError} `LIMIT_EXCEEDED`, `STORAGE_FAILED`, and what `content` throws.
   */
  static async fill(content: AsyncIterable<Uint8Array>, options: SpoolOptions): Promise<Spool> {
    assertArguments({ options: { directory: 'text', maxBytes: 'amount', 'signal?': 'signal' } }, { options });
    const file = await openPrivateFile(options.directory);
    try {
      const digester = createDigester();
      const size = await write(file, content, digester, options);
      return new Spool(file, digester.digest(), size);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /**
   * Reads the content from its beginning. It is hashed again on the way.
   * @throws {OciError} `STORAGE_FAILED`; `DIGEST_MISMATCH` at the end, where the disk gives back other bytes than were
   * written.
   */
  async *read(signal?: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    const digester = createDigester();
    for (let position = 0; position < this.size; ) {
      signal?.throwIfAborted();
      const buffer = Buffer.allocUnsafeSlow(Math.min(readBytes, this.size - position));
      const bytesRead = await readAt(this.#file, buffer, position);
      if (bytesRead === 0) break;
      position += bytesRead;
      const chunk = buffer.subarray(0, bytesRead);
      digester.update(chunk);
      yield chunk;
    }
    if (digester.digest() !== this.digest) {
      throw new OciError('DIGEST_MISMATCH', `a temporary file no longer holds ${this.digest}`, {
        hint: 'The disk under the directory for temporary files is failing, or something writes to it.',
      });
    }
  }

  /** Frees the file. Closing twice does nothing. */
  async close(): Promise<void> {
    await this.#file.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

async function readAt(file: FileHandle, buffer: Uint8Array, position: number): Promise<number> {
  try {
    return (await file.read(buffer, 0, buffer.byteLength, position)).bytesRead;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new OciError('STORAGE_FAILED', `a temporary file cannot be read: ${why}`, { cause });
  }
}

async function write(
  file: FileHandle,
  content: AsyncIterable<Uint8Array>,
  digester: Digester,
  { directory, maxBytes, signal }: SpoolOptions,
): Promise<number> {
  let size = 0;
  for await (const chunk of content) {
    signal?.throwIfAborted();
    size += chunk.byteLength;
    if (size > maxBytes) throw new OciError('LIMIT_EXCEEDED', `the content has more than ${maxBytes} bytes`);
    digester.update(chunk);
    try {
      await writeChunk(file, chunk);
    } catch (cause) {
      throw privateFileFailed(directory, cause);
    }
  }
  return size;
}
