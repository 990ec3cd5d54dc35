import { gzipSync } from 'node:zlib';
import { blockBytes, encodeTarHeader } from '../../archive/tar-header.ts';

/** A file of a packed chart; a test may break its header. */
export interface PackedFile {
  readonly path: string;
  readonly content: string | Uint8Array;
  readonly change?: (header: Buffer) => void;
}

/** Packs a chart as `helm package` does: each file below a directory of the chart's name. */
export function packChart(files: Readonly<Record<string, string | Uint8Array>>): Uint8Array {
  return packFiles(Object.entries(files).map(([path, content]) => ({ path: `chart/${path}`, content })));
}

/** Packs files under the paths that they have. */
export function packFiles(files: readonly PackedFile[]): Uint8Array {
  return gzipSync(Buffer.concat([...files.map(encodeFile), Buffer.alloc(2 * blockBytes)]));
}

function encodeFile({ path, content, change }: PackedFile): Buffer {
  const bytes = Buffer.from(content);
  const header = encodeTarHeader({ name: path, mode: 0o644, size: bytes.byteLength, mtime: 0, typeFlag: '0' });
  change?.(header);
  fixChecksum(header);
  return Buffer.concat([header, bytes, Buffer.alloc(-bytes.byteLength & (blockBytes - 1))]);
}

function fixChecksum(header: Buffer): void {
  header.fill(0x20, 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
}
