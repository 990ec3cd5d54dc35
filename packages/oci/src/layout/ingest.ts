import { lstat, open, readdir, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { livenessOf, parseUniqueName, uniqueName } from './process-identity.ts';
import { onDisk } from './storage-error.ts';

const prefix = '.ingest-';
const abandonedAfterMs = 24 * 60 * 60 * 1000; // no write takes a day; for files of processes that we cannot ask for

/** Tells whether a name in a layout is that of a file that is being written, or was when its writer died. */
export function isIngestName(name: string): boolean {
  return name.startsWith(prefix);
}

/** Names a new file at the layout's root; it is in the same file system as its later place, so a rename moves it. */
export async function ingestPath(root: string): Promise<string> {
  return join(root, prefix + (await uniqueName()));
}

/**
 * Creates a file, lets `write` fill it, flushes it and lets `place` move it to where it belongs. Whatever happens,
 * no file is left behind.
 * @throws {OciError} `STORAGE_FAILED`, and what `write` and `place` throw.
 */
export async function ingest(
  root: string,
  write: (file: FileHandle) => Promise<void>,
  place: (path: string) => Promise<void>,
): Promise<void> {
  const path = await ingestPath(root);
  // Read-only for everybody, as far as the umask lets it: content never changes under its digest.
  const file = await onDisk(`create a file in ${root}`, () => open(path, 'wx', 0o444));
  try {
    try {
      await write(file);
      await onDisk(`flush ${path}`, () => file.sync());
    } finally {
      await file.close();
    }
    await place(path);
  } finally {
    await unlink(path).catch(() => undefined); // gone where it was placed by a rename
  }
}

/** Removes what writers that were killed left behind. Files of processes that still run are not touched. */
export async function sweepIngest(root: string): Promise<void> {
  for (const name of await onDisk(`list ${root}`, () => readdir(root))) {
    if (isIngestName(name) && (await isAbandoned(root, name))) await unlink(join(root, name)).catch(() => undefined);
  }
}

async function isAbandoned(root: string, name: string): Promise<boolean> {
  const writer = parseUniqueName(name.slice(prefix.length));
  const liveness = writer === undefined ? 'unknown' : await livenessOf(writer);
  if (liveness !== 'unknown') return liveness === 'dead';
  const stat = await lstat(join(root, name)).catch(() => undefined);
  return stat !== undefined && Date.now() - stat.mtimeMs > abandonedAfterMs;
}
