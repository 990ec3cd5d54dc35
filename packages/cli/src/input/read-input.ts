import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
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
    return await readBounded(file.createReadStream({ autoClose: false, end: maxBytes }), `${what} ${path}`, maxBytes);
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CliError('FILE_UNREADABLE', `${what} cannot be read: ${why}`, {
      hint: 'Check the path; relative ones start at the working directory.',
      cause,
    });
  }
}

async function readBounded(stream: Readable, what: string, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
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
