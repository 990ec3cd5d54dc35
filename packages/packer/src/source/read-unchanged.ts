import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { quote } from '@release-capsule/schema';
import { PackError } from '../errors.ts';
import type { SeenFile } from './directory-trees.ts';

const chunkBytes = 64 * 1024;

// A link or a pipe put in the file's place must neither be followed nor waited for. Windows knows neither flag.
const openFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Streams a file that must still be the one that was listed, from its first to its last byte.
 * @throws {PackError} `SOURCE_CHANGED`, `SOURCE_UNREADABLE`.
 */
export async function* readUnchanged(
  { location, stats }: SeenFile,
  path: string,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  signal?.throwIfAborted();
  const file = await open(location, openFlags).catch((cause: unknown) => {
    throw new PackError('SOURCE_UNREADABLE', `${quote(path)} cannot be read`, { cause });
  });
  try {
    await assertSame(file, stats, path);
    let left = Number(stats.size);
    while (left > 0) {
      signal?.throwIfAborted();
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(Math.min(chunkBytes, left)));
      if (bytesRead === 0) throw changed(path);
      left -= bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
    await assertSame(file, stats, path);
  } finally {
    await file.close();
  }
}

async function assertSame(file: FileHandle, seen: BigIntStats, path: string): Promise<void> {
  const now = await file.stat({ bigint: true });
  const keys = ['dev', 'ino', 'mode', 'size', 'mtimeNs', 'ctimeNs'] as const;
  if (!keys.every((key) => now[key] === seen[key])) throw changed(path);
}

function changed(path: string): PackError {
  return new PackError('SOURCE_CHANGED', `${quote(path)} changed while it was read`, {
    hint: 'Pack when nothing writes to the directory any more, or pack from Git.',
  });
}
