import { type FileHandle, open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { addAbortSignal } from 'node:stream';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';

/**
 * Reads a file that an option names, or standard input for `-`, up to a bound.
 * @throws {CliError} `FILE_UNREADABLE`.
 */
export async function readInput(path: string, what: string, maxBytes: number, context: Context): Promise<Uint8Array> {
  // Ctrl-C must end a wait for input that never comes.
  if (path === '-') return readBounded(addAbortSignal(context.signal, context.stdin), `${what} on standard input`, maxBytes);
  try {
    await using file = await open(resolve(context.cwd, path), 'r');
    return await readBounded(chunksOf(file), `${what} ${path}`, maxBytes);
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CliError('FILE_UNREADABLE', `${what} cannot be read: ${why}`, {
      hint: 'Check the path; relative ones start at the working directory.',
      cause,
    });
  }
}

const chunkBytes = 64 * 1024; // most files that an option names fit in one

/** Reads without a stream of Node's, which would have to be loaded for a file of some hundred bytes. */
async function* chunksOf(file: FileHandle): AsyncGenerator<Uint8Array, void, undefined> {
  for (;;) {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(chunkBytes));
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

async function readBounded(content: AsyncIterable<Uint8Array>, what: string, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of content) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge(what, maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(what: string, maxBytes: number): CliError {
  return new CliError('FILE_UNREADABLE', `${what} is larger than ${maxBytes} bytes`, {
    hint: 'No such file is as large: check that it is the one that is meant.',
  });
}
