import { crc32, deflateRawSync } from 'node:zlib';

/** The parts of a gzip member that can be forged. */
export interface RawMember {
  readonly header?: readonly number[];
  readonly crc?: number;
  readonly length?: number;
  readonly level?: number;
}

/** The ten bytes that begin a capsule's layer. */
export const gzipHeader: readonly number[] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

/** Writes a gzip member around these bytes. */
export function gzip(bytes: Uint8Array, forged: RawMember = {}): Buffer {
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(forged.crc ?? crc32(bytes), 0);
  trailer.writeUInt32LE(forged.length ?? bytes.byteLength, 4);
  const deflated = deflateRawSync(bytes, { level: forged.level ?? 6 });
  return Buffer.concat([Buffer.from(forged.header ?? gzipHeader), deflated, trailer]);
}
