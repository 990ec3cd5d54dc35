import { pipeline } from 'node:stream/promises';
import { crc32, createInflateRaw } from 'node:zlib';
import { SchemaError } from '../errors.ts';
import { gzipHeader, gzipTrailer, gzipTrailerBytes } from './gzip-format.ts';

/** How much a gzip member may unpack to. */
export interface GunzipOptions {
  /** In bytes; one more is a bomb. */
  readonly maxBytes: number;
}

const outputChunkBytes = 256 * 1024; // few calls into zlib, little memory

/**
 * Unpacks exactly one gzip member with exactly the canonical header, and hands its bytes to `write` as they come.
 * The compressed bytes are bound by the layer's digest; header, checksum, length and end are checked here, since two
 * readers may differ on a second member or on bytes behind the first.
 * Source: RFC 1952, sections 2.2 and 2.3.
 * @throws {SchemaError} `GZIP_INVALID`, `ARCHIVE_TRUNCATED`, `ARCHIVE_TRAILING_BYTES`, `LIMIT_EXCEEDED`, and what
 * `write` throws.
 */
export async function gunzipSingleMember(
  input: AsyncIterable<Uint8Array>,
  write: (chunk: Uint8Array) => void,
  options: GunzipOptions,
): Promise<void> {
  const framed = new FramedMember(input);
  const inflate = createInflateRaw({ chunkSize: outputChunkBytes });
  const output = { crc: 0, length: 0, isWhole: false };
  try {
    await pipeline(framed.payload(), inflate, async (chunks: AsyncIterable<Uint8Array>) => {
      for await (const chunk of chunks) {
        output.length += chunk.byteLength;
        if (output.length > options.maxBytes) throw bomb(options.maxBytes);
        output.crc = crc32(chunk, output.crc);
        write(chunk);
      }
      output.isWhole = true;
    });
  } catch (error) {
    // Node reports an input that has more to give than the deflate stream takes as aborted or closed too early.
    if (output.isWhole && !framed.inputFailed) throw trailingBytes();
    throw asSchemaError(error);
  }
  if (inflate.bytesWritten !== framed.payloadBytes) throw trailingBytes();
  if (!gzipTrailer(output.crc, output.length).equals(framed.trailer())) {
    const message = "the layer's gzip trailer does not match its content: wrong checksum or length";
    throw new SchemaError('GZIP_INVALID', message);
  }
}

function bomb(maxBytes: number): SchemaError {
  return new SchemaError('LIMIT_EXCEEDED', `the layer unpacks to more than ${maxBytes} bytes`, {
    hint: 'A layer this small that unpacks to so much is a decompression bomb.',
  });
}

function trailingBytes(): SchemaError {
  return new SchemaError('ARCHIVE_TRAILING_BYTES', 'the layer goes on after its gzip member');
}

function asSchemaError(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error;
  if (error.code === 'Z_BUF_ERROR') {
    return new SchemaError('ARCHIVE_TRUNCATED', 'the layer ends within its gzip member', { cause: error });
  }
  if (!error.code.startsWith('Z_')) return error;
  return new SchemaError('GZIP_INVALID', 'the layer is not a deflate stream', { cause: error });
}

/** Takes header and trailer off a stream whose length is not known beforehand. */
class FramedMember {
  payloadBytes = 0;
  /** Tells whether the input threw, and did not only end. */
  inputFailed = false;
  #held: Buffer = Buffer.alloc(0);
  readonly #input: AsyncIterable<Uint8Array>;

  constructor(input: AsyncIterable<Uint8Array>) {
    this.#input = input;
  }

  async *payload(): AsyncGenerator<Uint8Array, void, undefined> {
    let headerLeft = gzipHeader.byteLength;
    for await (const chunk of this.#chunks()) {
      let bytes = Buffer.concat([this.#held, chunk]);
      if (headerLeft > 0) {
        if (bytes.byteLength < headerLeft) {
          this.#held = bytes;
          continue;
        }
        checkHeader(bytes);
        bytes = bytes.subarray(headerLeft);
        headerLeft = 0;
      }
      const end = Math.max(0, bytes.byteLength - gzipTrailerBytes);
      this.#held = bytes.subarray(end);
      this.payloadBytes += end;
      if (end > 0) yield bytes.subarray(0, end);
    }
    if (headerLeft > 0 || this.#held.byteLength < gzipTrailerBytes) {
      throw new SchemaError('ARCHIVE_TRUNCATED', 'the layer is shorter than a gzip member');
    }
  }

  async *#chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for await (const chunk of this.#input) yield chunk;
    } catch (error) {
      this.inputFailed = true;
      throw error;
    }
  }

  trailer(): Buffer {
    return this.#held;
  }
}

function checkHeader(bytes: Buffer): void {
  if (bytes.subarray(0, gzipHeader.byteLength).equals(gzipHeader)) return;
  throw new SchemaError('GZIP_INVALID', 'the layer does not begin with the canonical gzip header');
}
