import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A directory that goes away with the process that made it. */
export interface TemporaryDirectory extends AsyncDisposable {
  readonly path: string;
}

const prefix = 'capsule-serve-';

/**
 * Makes a directory for the temporary files of a service, and removes those that killed ones have left: a service that
 * is restarted again and again must not fill the disk.
 */
export async function makeTemporaryDirectory(parent: string): Promise<TemporaryDirectory> {
  await removeLeftovers(parent);
  const path = await mkdtemp(join(parent, `${prefix}${process.pid}-`)); // mode 0700
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

async function removeLeftovers(parent: string): Promise<void> {
  const names = await readdir(parent).catch(() => []);
  const left = names.filter((name) => {
    const [, pid] = /^capsule-serve-([0-9]{1,10})-[A-Za-z0-9]{6}$/.exec(name) ?? [];
    return pid !== undefined && !isRunning(Number(pid));
  });
  // What belongs to somebody else stays where it is.
  await Promise.all(left.map((name) => rm(join(parent, name), { recursive: true, force: true }).catch(() => undefined)));
}

/** Our own number was another's before: in a container, it is the same after each restart. */
function isRunning(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
