import { open } from 'node:fs/promises';

/** Flushes a directory's entries to the disk, where the system can. */
export async function flushDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r').catch(() => undefined); // Windows opens no directories
  try {
    await directory?.sync();
  } finally {
    await directory?.close();
  }
}
