import { createHash } from 'node:crypto';
import { closeSync, constants, openSync, readFileSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** What a lock says of the process that made it. `unknown`: it cannot be asked from here. */
export type LockState = 'held' | 'free' | 'unknown';

const lockName = 'lock';

/** The name of a lock before it is held. */
export const newLockName = 'lock.new';

const maxSocketPathBytes = 103; // of macOS, which has the shortest; a longer one would be cut
const openFlags = constants.O_RDONLY | (constants.O_DIRECTORY ?? 0) | (constants.O_NOFOLLOW ?? 0);

/**
 * A lock in a directory, held until it is released or this process ends, however it ends: a Unix socket that listens. The system closes it
 * with the process, and answers for it at once even if the process is busy or stopped. It is no process id, which another process
 * may have tomorrow or in the next container.
 */
export class ProcessLock {
  readonly #server: Server | undefined;
  readonly #folder: Folder;

  private constructor(folder: Folder, server: Server | undefined) {
    this.#folder = folder;
    this.#server = server;
  }

  /**
   * Takes the lock of a directory that is new. Where the system has no sockets in directories, there is none, and its state is `unknown`.
   * @throws {Error} of the system, where the directory is removed meanwhile.
   */
  static async take(directory: string): Promise<ProcessLock> {
    const folder = openFolder(directory);
    const path = folder.socketPath(newLockName);
    const server = path === undefined ? undefined : await listen(path);
    const lock = new ProcessLock(folder, server);
    // Between bind and listen a socket refuses, as that of a dead process does: only one that listens gets the name.
    try {
      if (server !== undefined) await rename(join(directory, newLockName), join(directory, lockName));
      return lock;
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** Releases it. Releasing twice does nothing. */
  async release(): Promise<void> {
    await new Promise<void>((resolve) => {
      if (this.#server === undefined) resolve();
      else this.#server.close(() => resolve());
    });
    this.#folder.close();
  }
}

/** Asks for the state of a directory's lock. `free` is said only if this very system has closed the socket of its holder. */
export async function lockState(directory: string): Promise<LockState> {
  let folder: Folder;
  try {
    folder = openFolder(directory);
  } catch {
    return 'unknown'; // it is gone, not a directory, a link, or not ours to read
  }
  try {
    const path = folder.socketPath(lockName);
    return path === undefined ? 'unknown' : await ask(path);
  } finally {
    folder.close();
  }
}

/**
 * Names the running system: 16 hexadecimal digits that containers on one kernel share, and other machines do not. On a shared disk, the
 * socket of a process of another machine refuses too.
 */
export function systemName(): string {
  known ??= createHash('sha256').update(bootId()).digest('hex').slice(0, 16);
  return known;
}

let known: string | undefined;

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8');
  } catch {
    return hostname(); // macOS
  }
}

interface Folder {
  /** Undefined if the system cannot make a socket of that name there. */
  readonly socketPath: (name: string) => string | undefined;
  readonly close: () => void;
}

/** Opens a directory. Linux gives it a short name by its descriptor: the path of a socket has room for a hundred bytes alone. */
function openFolder(directory: string): Folder {
  if (process.platform === 'win32') return { socketPath: () => undefined, close: () => undefined };
  const descriptor = openSync(directory, openFlags);
  let isOpen = true;
  const close = (): void => {
    if (isOpen) closeSync(descriptor);
    isOpen = false;
  };
  const root = process.platform === 'linux' ? `/proc/self/fd/${descriptor}` : directory;
  const socketPath = (name: string): string | undefined => {
    const path = `${root}/${name}`;
    return Buffer.byteLength(path) <= maxSocketPathBytes ? path : undefined;
  };
  return { socketPath, close };
}

function listen(path: string): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.unref(); // a lock keeps no process alive
    server.once('error', () => resolve(undefined)); // not every file system has sockets
    // Exclusive: in a cluster, a worker's socket would otherwise be the primary's.
    server.listen({ path, exclusive: true }, () => resolve(server));
  });
}

function ask(path: string): Promise<LockState> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const answer = (state: LockState): void => {
      socket.destroy();
      resolve(state);
    };
    socket.once('connect', () => answer('held'));
    socket.once('error', (error) => answer(stateOf('code' in error ? error.code : undefined)));
  });
}

function stateOf(code: unknown): LockState {
  if (code === 'ECONNREFUSED') return 'free';
  return code === 'EAGAIN' ? 'held' : 'unknown'; // EAGAIN: its queue is full, since it is busy
}
