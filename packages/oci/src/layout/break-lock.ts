import { lstat, unlink } from 'node:fs/promises';
import { livenessOf, parseUniqueName, uniqueName } from './process-identity.ts';
import { createLock, readLock } from './lock-file.ts';
import { onDisk } from './storage-error.ts';

/**
 * Removes an abandoned lock whose content was `seen`. Of several processes that see the same abandoned lock, one
 * at a time may break it, and it looks again before it does: otherwise a slow one would remove the lock that a
 * quick one has taken since.
 * @throws {OciError} `STORAGE_FAILED`.
 */
export async function breakLock(path: string, seen: string, abandonedMs: number): Promise<void> {
  const guard = `${path}.break`;
  if (!(await createLock(guard, await uniqueName()))) return removeAbandonedGuard(guard, abandonedMs);
  try {
    if ((await readLock(path)) === seen) await onDisk(`remove ${path}`, () => unlink(path));
  } finally {
    await unlink(guard).catch(() => undefined);
  }
}

/** Removes the guard of a process that was killed in the few microseconds that it holds one. */
async function removeAbandonedGuard(guard: string, abandonedMs: number): Promise<void> {
  const holder = parseUniqueName((await readLock(guard)) ?? '');
  const liveness = holder === undefined ? 'unknown' : await livenessOf(holder);
  if (liveness === 'alive') return;
  const stat = await lstat(guard).catch(() => undefined);
  const isOld = stat !== undefined && Date.now() - stat.mtimeMs > abandonedMs;
  if (liveness === 'dead' || isOld) await unlink(guard).catch(() => undefined);
}
