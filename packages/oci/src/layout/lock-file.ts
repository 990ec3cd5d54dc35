import { link, open, unlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { readSmallFile } from './files.ts';
import { ingestPath } from './ingest.ts';
import { errnoOf, onDisk } from './storage-error.ts';

const maxLockBytes = 4096; // a lock has about 150

/**
 * Creates a lock file with its content, unless there is one; returns whether it did. The file is linked into place
 * whole, so that a process killed meanwhile leaves no lock without a holder.
 * @throws {OciError} `STORAGE_FAILED`.
 */
export async function createLock(path: string, content: string): Promise<boolean> {
  const candidate = await ingestPath(dirname(path));
  return onDisk(`create ${path}`, async () => {
    try {
      await writeFile(candidate, content, { flag: 'wx' });
      return await linkUnlessThere(candidate, path, content);
    } finally {
      await unlink(candidate).catch(() => undefined);
    }
  });
}

/**
 * Reads a lock file; returns nothing where there is none.
 * @throws {OciError} `LAYOUT_INVALID`, `LIMIT_EXCEEDED`, `STORAGE_FAILED`.
 */
export async function readLock(path: string): Promise<string | undefined> {
  const bytes = await readSmallFile(path, maxLockBytes);
  return bytes === undefined ? undefined : Buffer.from(bytes).toString('utf8');
}

async function linkUnlessThere(candidate: string, path: string, content: string): Promise<boolean> {
  try {
    await link(candidate, path);
    return true;
  } catch (error) {
    const code = errnoOf(error) ?? '';
    if (code === 'EEXIST') return false;
    if (!linkless.has(code)) throw error;
    return createUnlessThere(path, content);
  }
}

// What file systems without hard links answer.
const linkless: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

async function createUnlessThere(path: string, content: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    try {
      await file.writeFile(content);
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
}
