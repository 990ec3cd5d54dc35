import { randomUUID } from 'node:crypto';
import { lstat, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

// Trees that this very process is writing: its id may be that of a killed process of another container.
const written = new Set<string>();

/** Names a new tree beside a target, for {@link removeAbandoned} to know whose it is. */
export function stagingPath(target: string): string {
  const path = siblingOf(target, `new-${process.pid}-${randomUUID()}`);
  written.add(path);
  return path;
}

/**
 * Names where a tree waits for its removal. It is never put back by a later run: a name that anybody can plant beside
 * the target, in a Git checkout say, must not decide what lies there.
 */
export function doomedPath(target: string): string {
  return siblingOf(target, `gone-${randomUUID()}`);
}

/**
 * Removes a tree that lies beside a target. It is renamed first, so that nobody, and no later run, takes what is left
 * of it for the whole; and a process that still writes to it fails instead of putting a torn tree in place.
 */
export async function removeTree(path: string, target: string): Promise<void> {
  written.delete(path);
  const doomed = doomedPath(target);
  const isThere = await rename(path, doomed).then(
    () => true,
    () => false,
  );
  await rm(isThere ? doomed : path, { recursive: true, force: true });
}

/** Says that a tree is in its place, and no longer being written. */
export function forgetStaging(path: string): void {
  written.delete(path);
}

/**
 * Removes what killed runs have left beside a target, as far as that is permitted; the trees of runs that still write
 * are left alone.
 */
export async function removeAbandoned(target: string): Promise<void> {
  const directory = dirname(target);
  for (const name of await readdir(directory).catch(() => [])) {
    if (isAbandoned(name, target)) await removeTree(join(directory, name), target).catch(() => undefined);
  }
}

/** Tells whether something, a link that leads nowhere too, has this name. */
export async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}

function siblingOf(target: string, suffix: string): string {
  return join(dirname(target), `.${basename(target)}.capsule-${suffix}`);
}

function isAbandoned(name: string, target: string): boolean {
  if (name.startsWith(basename(siblingOf(target, 'gone-')))) return true;
  const prefix = basename(siblingOf(target, 'new-'));
  if (!name.startsWith(prefix)) return false;
  const pid = Number.parseInt(name.slice(prefix.length), 10);
  return pid === process.pid ? !written.has(join(dirname(target), name)) : !isAlive(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
