import type { SourceFile } from '../source/source.ts';

/** Reads a whole file into memory; a source bounds each by the limit of one file. */
export async function readFile(file: SourceFile, signal?: AbortSignal): Promise<Uint8Array> {
  return Buffer.concat(await Array.fromAsync(file.content(signal)));
}
