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

/** How a file comes into a layout. */
export interface Ingestion {
  /** Permissions, of which the umask takes some away: blobs are read-only, what changes is its owner's to write. */
  readonly mode: 0o444 | 0o644;
  /** Says what is done in an error message: "could not ...". */
  readonly doing: string;
  readonly write: (file: FileHandle) => Promise<void>;
  /** Moves the file, complete and flushed, to where it belongs. */
  readonly place: (path: string) => Promise<void> | void;
}

/**
 * Creates a file at the layout's root, fills and flushes it, and moves it to its place. Whatever happens, no file
 * is left behind.
 * @throws {OciError} `STORAGE_FAILED`, and what `write` throws.
 */
export async function ingest(root: string, { mode, doing, write, place }: Ingestion): Promise<void> {
  const path = await ingestPath(root);
  const file = await onDisk(doing, () => open(path, 'wx', mode));
  try {
    try {
      await write(file);
      await onDisk(doing, () => file.sync());
    } finally {
      await file.close();
    }
    await onDisk(doing, async () => place(path));
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
