import type { FileHandle } from 'node:fs/promises';

/** Writes a chunk to a file, all of it: a disk that fills up takes a part of a write before it refuses the rest. */
export async function writeChunk(file: FileHandle, chunk: Uint8Array): Promise<void> {
  let written = 0;
  while (written < chunk.length) written += (await file.write(chunk, written)).bytesWritten;
}
