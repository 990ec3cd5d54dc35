/** The ten bytes that begin every layer: deflate, no flags, no time, no level, operating system unknown. */
export const gzipHeader: Uint8Array = Uint8Array.of(0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 0xff);

/** CRC-32 and length modulo 2^32, both little-endian. Source: RFC 1952, section 2.3.1. */
export const gzipTrailerBytes = 8;

/** Writes the trailer of a gzip member. */
export function gzipTrailer(crc: number, length: number): Buffer {
  const trailer = Buffer.alloc(gzipTrailerBytes);
  trailer.writeUInt32LE(crc, 0);
  trailer.writeUInt32LE(length % 2 ** 32, 4);
  return trailer;
}
