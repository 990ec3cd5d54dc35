import { lstat, readFile } from 'node:fs/promises';
import { maxFileBytes } from './read-yaml.ts';

/** Reads a file that an earlier run may have written. Undefined if it cannot be read, is a link or is too large to be one of ours. */
export async function readWritten(path: string): Promise<string | undefined> {
  try {
    const stat = await lstat(path);
    return stat.isFile() && stat.size <= maxFileBytes ? await readFile(path, 'utf8') : undefined;
  } catch {
    return undefined; // it does not exist yet: this is the first run
  }
}
