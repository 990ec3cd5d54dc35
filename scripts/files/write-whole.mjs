import { rename, writeFile } from 'node:fs/promises';

/** Replaces a file at once: whoever reads it meanwhile sees the old one or the new one, never a part. */
export async function writeWhole(path, text, mode = 0o644) {
  const temporary = `${path}.${process.pid}`;
  await writeFile(temporary, text, { mode });
  await rename(temporary, path);
}
