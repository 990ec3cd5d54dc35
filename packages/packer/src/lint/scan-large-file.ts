import type { SourceFile } from '../source/source.ts';
import { isText, sniffedBytes } from './manifest-text.ts';

/** A file of up to this size is read whole and looked at closely, in bytes; the largest manifests have two megabytes. */
export const maxWholeBytes: number = 4 * 1024 * 1024;

// What a text must hold somewhere to name, spell or make a Secret: each rule of the close look asks for one of these.
const triggers = /Secret|secretgenerator|sourcevalue|transformer|stringdata|\\|!|^(?:\xff\xfe|\xfe\xff)/i;
const overlapBytes = 64; // longer than every trigger: none is missed where two pieces meet

/**
 * Tells whether a large file could hold a Secret, piece by piece: memory must not grow with the package. False spares
 * the close look; true says nothing.
 */
export async function couldHoldSecret(file: Pick<SourceFile, 'content'>, signal?: AbortSignal): Promise<boolean> {
  if (!isText(await readHead(file, signal))) return false;
  let before = '';
  for await (const chunk of file.content(signal)) {
    const text = before + latin1(chunk);
    if (triggers.test(text)) return true;
    before = text.slice(-overlapBytes);
  }
  return false;
}

async function readHead(file: Pick<SourceFile, 'content'>, signal: AbortSignal | undefined): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of file.content(signal)) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes >= sniffedBytes) break;
  }
  return Buffer.concat(chunks);
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
