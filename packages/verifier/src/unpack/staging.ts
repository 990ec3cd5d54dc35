import { randomBytes, randomUUID } from 'node:crypto';
import { lstat, mkdir, readdir, rename, rm, rmdir, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { lockState, newLockName, ProcessLock, systemName } from './process-lock.ts';

const maxTries = 10; // a run that clears up may remove a directory that is still empty
const unknownAbandonedMs = 24 * 60 * 60 * 1000; // no unpacking takes a day; for what a process wrote that cannot be asked for

/**
 * A directory beside a target, of one run alone: in it a tree is written, and a replaced one waits for its removal. It is locked: other
 * runs leave it alone while this process lives, and remove it afterwards.
 */
export class Staging {
  /** The new tree. */
  readonly tree: string;
  /** Where the tree goes that is replaced, so that it can come back if the new one cannot be put in place. */
  readonly replaced: string;
  readonly #path: string;
  readonly #target: string;
  readonly #lock: ProcessLock;

  private constructor(path: string, target: string, lock: ProcessLock) {
    this.#path = path;
    this.#target = target;
    this.#lock = lock;
    this.tree = join(path, 'tree');
    this.replaced = join(path, 'replaced');
  }

  /** Makes one, with an empty tree. */
  static async make(target: string): Promise<Staging> {
    for (let tried = 1; ; tried += 1) {
      try {
        return await Staging.#try(target);
      } catch (error) {
        const isRemoved = error instanceof Error && 'code' in error && error.code === 'ENOENT';
        if (!isRemoved || tried === maxTries) throw error;
      }
    }
  }

  static async #try(target: string): Promise<Staging> {
    const path = siblingOf(target, `new-${systemName()}-${randomBytes(8).toString('hex')}`);
    await mkdir(path, 0o700);
    let lock: ProcessLock | undefined;
    try {
      lock = await ProcessLock.take(path);
      const staging = new Staging(path, target, lock);
      await mkdir(staging.tree, 0o755);
      return staging;
    } catch (error) {
      await removeTree(path, target).catch(() => undefined);
      await lock?.release();
      throw error;
    }
  }

  /** Removes it with all that is in it. What cannot be removed is left to the next run. */
  async remove(): Promise<void> {
    await removeTree(this.#path, this.#target).catch(() => undefined);
    await this.#lock.release();
  }
}

/**
 * Removes what killed runs of this user have left beside a target. What a living process writes is left alone, and for a day also what a
 * process has written that cannot be asked for from here. See docs/decisions/0022-staging-locked-by-a-socket.md.
 */
export async function removeAbandoned(target: string): Promise<void> {
  const directory = dirname(target);
  const prefix = siblingOf(target, '');
  for (const name of await readdir(directory).catch(() => [])) {
    const path = join(directory, name);
    if (!path.startsWith(prefix) || !(await isOwnDirectory(path))) continue;
    if (await isAbandoned(path, target)) await removeTree(path, target).catch(() => undefined);
    else if (path.startsWith(`${prefix}new-`)) await removeUnlocked(path);
  }
}

/**
 * Tells whether a path is a directory of this user, and not a link. In /tmp, others can plant what looks like ours. They could swap its
 * parts for links while it is removed, and have the files of this user removed by it.
 */
async function isOwnDirectory(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined || !found.isDirectory()) return false;
  return process.geteuid === undefined || found.uid === process.geteuid(); // Windows has no such ids
}

/** Removes what a run has made that was killed before it held its lock. One that lives is not harmed: it makes another. */
async function removeUnlocked(path: string): Promise<void> {
  await unlink(join(path, newLockName)).catch(() => undefined);
  await rmdir(path).catch(() => undefined); // not if there is a lock or a tree
}

/**
 * Removes a tree that lies beside a target. It is renamed first, so that no run takes what is left of it for the whole; and a process that
 * still writes to it fails instead of putting a torn tree in place.
 */
async function removeTree(path: string, target: string): Promise<void> {
  const doomed = siblingOf(target, `gone-${randomUUID()}`);
  const isRenamed = await rename(path, doomed).then(
    () => true,
    () => false,
  );
  await rm(isRenamed ? doomed : path, { recursive: true, force: true });
}

function siblingOf(target: string, suffix: string): string {
  return join(dirname(target), `.${basename(target)}.capsule-${suffix}`);
}

async function isAbandoned(path: string, target: string): Promise<boolean> {
  if (path.startsWith(siblingOf(target, 'gone-'))) return true;
  const prefix = siblingOf(target, 'new-');
  if (!path.startsWith(prefix)) return false;
  const state = await lockState(path);
  // On another machine, the socket of a living process refuses as well.
  if (state === 'free' && path.startsWith(`${prefix}${systemName()}-`)) return true;
  if (state === 'held') return false;
  const found = await lstat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > unknownAbandonedMs;
}
