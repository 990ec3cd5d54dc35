import type { SourceFile } from './source.ts';

/** Reads a whole file into memory; a source bounds each by the limit of one file. */
export async function readFile(file: Pick<SourceFile, 'content'>, signal?: AbortSignal): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(file.content(signal)));
}
