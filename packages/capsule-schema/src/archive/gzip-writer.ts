import { crc32 } from 'node:zlib';
import { gzipHeader, gzipTrailer } from './gzip-format.ts';

/** The tar stream is cut into blocks of exactly this many bytes before it is compressed. Part of the format. */
export const deflateBlockBytes = 65_536;

/** fflate's parameters. With its version, part of the format: they decide the compressed bytes. */
const deflateOptions = { level: 6, mem: 8 } as const;

/**
 * Compresses a byte stream into one gzip member, to the same bytes on every machine and Node, however the stream is
 * chunked. Native zlib is not used: its output differs between builds and processors.
 * Source: docs/format.md, "Compression"; RFC 1952.
 */
export async function* gzipCanonical(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  // Its tables cost a verification, which never compresses, some milliseconds.
  const { Deflate } = await import('fflate');
  let compressed: Uint8Array[] = [];
  const deflate = new Deflate(deflateOptions, (chunk) => compressed.push(chunk));
  let crc = 0;
  let length = 0;
  yield gzipHeader;
  for await (const block of inBlocks(input)) {
    crc = crc32(block, crc);
    length += block.byteLength;
    deflate.push(block, block.byteLength < deflateBlockBytes);
    yield* compressed;
    compressed = [];
  }
  yield gzipTrailer(crc, length);
}

/** Cuts a stream into full blocks and a last one that is shorter, perhaps empty. */
async function* inBlocks(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  let block = Buffer.allocUnsafe(deflateBlockBytes);
  let filled = 0;
  for await (const chunk of input) {
    for (let offset = 0; offset < chunk.byteLength; ) {
      const taken = Math.min(deflateBlockBytes - filled, chunk.byteLength - offset);
      block.set(chunk.subarray(offset, offset + taken), filled);
      filled += taken;
      offset += taken;
      if (filled < deflateBlockBytes) continue;
      yield block;
      block = Buffer.allocUnsafe(deflateBlockBytes);
      filled = 0;
    }
  }
  yield block.subarray(0, filled);
}
