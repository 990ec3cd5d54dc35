import { join } from 'node:path';
import { OciError } from '../errors.ts';
import { writeChunk } from '../write-chunk.ts';
import { readSmallFile, syncDirectory } from './files.ts';
import { ingest } from './ingest.ts';
import { formatLayoutIndex, maxIndexBytes, parseLayoutIndex, type LayoutIndex } from './layout-index.ts';
import { withLayoutLock, type HeldLock, type LayoutLockOptions } from './layout-lock.ts';
import { onDisk } from './storage-error.ts';

const maxAttempts = 5; // a lock is lost only to a process that took ours for abandoned

/** Returns where a layout keeps its index. */
export function indexPath(root: string): string {
  return join(root, 'index.json');
}

/**
 * Reads a layout's index; it is replaced in one step, so that no reader needs a lock.
 * @throws {OciError} `LAYOUT_INVALID` where it is missing or damaged, `LIMIT_EXCEEDED`, `STORAGE_FAILED`.
 */
export async function readIndexFile(root: string): Promise<LayoutIndex> {
  const path = indexPath(root);
  const bytes = await readSmallFile(path, maxIndexBytes);
  if (bytes !== undefined) return parseLayoutIndex(bytes, path);
  throw new OciError('LAYOUT_INVALID', `${path} is missing`, { hint: 'Restore it, or write into a new layout.' });
}

/**
 * Changes a layout's index, one writer after another. `change` gets the index as it is and returns what it should
 * be, or nothing where it is that already; it may be called several times.
 * @throws {OciError} `LAYOUT_LOCKED`, `LAYOUT_INVALID`, `LIMIT_EXCEEDED`, `STORAGE_FAILED`, and what `change` throws.
 */
export async function updateIndexFile(
  root: string,
  change: (index: LayoutIndex) => LayoutIndex | undefined,
  options: LayoutLockOptions & { readonly signal?: AbortSignal | undefined },
): Promise<void> {
  // Nothing to change is seen without the lock: an index once read was the index at that moment.
  if (change(await readIndexFile(root)) === undefined) return;
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const isDone = await withLayoutLock(root, options, async (lock) => {
      const next = change(await readIndexFile(root));
      return next === undefined || replaceIndexFile(root, next, lock);
    });
    if (isDone) return;
  }
  throw new OciError('LAYOUT_LOCKED', `lost the lock of ${root} ${maxAttempts} times while writing`, {
    hint: 'The storage is too slow for the other writers of this layout. Run this again when they have finished.',
  });
}

/** Writes a layout's index in one step; returns false, and changes nothing, where the lock was lost meanwhile. */
export async function replaceIndexFile(root: string, index: LayoutIndex, lock: HeldLock): Promise<boolean> {
  const doing = `write ${indexPath(root)}`;
  let isDone = false;
  await ingest(root, {
    mode: 0o644,
    doing,
    write: (file) => onDisk(doing, () => writeChunk(file, formatLayoutIndex(index))),
    place: (path) => void (isDone = lock.renameIfHeld(path, indexPath(root))),
  });
  await onDisk(doing, () => syncDirectory(root));
  return isDone;
}
