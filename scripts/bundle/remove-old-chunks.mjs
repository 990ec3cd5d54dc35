import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

// A program that started before the build still loads its old chunks.
const graceMilliseconds = 10 * 60 * 1000;

/** Removes the chunks of earlier builds, once no program that runs can need them. */
export async function removeOldChunks(folder, kept) {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (kept.has(path)) continue;
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > graceMilliseconds) await rm(path, { force: true });
  }
}
