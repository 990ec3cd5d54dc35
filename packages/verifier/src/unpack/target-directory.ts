import { lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { randomUUID } from 'node:crypto';
import { VerifyError } from '../errors.ts';
import { flushDirectory } from './flush.ts';

/** How a target is put in place. */
export interface TargetOptions {
  /** Replaces a target that exists. */
  readonly replace: boolean;
  readonly isDurable: boolean;
}

/**
 * The directory that a capsule is unpacked into. Everything is written into a new one beside it, and renamed into
 * place: at any instant the target is absent, old or whole.
 */
export class TargetDirectory {
  readonly path: string;
  /** Where to write until {@link commit}. */
  readonly staging: string;
  readonly #options: TargetOptions;
  readonly #old: string;

  private constructor(path: string, options: TargetOptions) {
    this.path = path;
    this.#options = options;
    this.staging = siblingOf(path, `new-${process.pid}-${randomUUID()}`);
    this.#old = siblingOf(path, 'old');
  }

  /**
   * Recovers what a killed run left, checks that the target may be written, and makes the staging directory.
   * @throws {VerifyError} `TARGET_EXISTS`, `TARGET_INVALID`.
   */
  static async prepare(directory: string, options: TargetOptions): Promise<TargetDirectory> {
    const target = new TargetDirectory(resolve(directory), options);
    await target.#recover();
    await target.#assertWritable();
    try {
      await mkdir(dirname(target.path), { recursive: true });
      await mkdir(target.staging, 0o755);
    } catch (cause) {
      throw invalid(target.path, 'the directory beside it cannot be made', cause);
    }
    return target;
  }

  /** Puts the staging directory in place. */
  async commit(): Promise<void> {
    const hadTarget = await exists(this.path);
    if (hadTarget) {
      if (!this.#options.replace) throw targetExists(this.path);
      await rename(this.path, this.#old);
    }
    await rename(this.staging, this.path);
    if (this.#options.isDurable) await flushDirectory(dirname(this.path));
    if (hadTarget) await rm(this.#old, { recursive: true, force: true });
  }

  /** Removes what was written so far. */
  async discard(): Promise<void> {
    await rm(this.staging, { recursive: true, force: true });
  }

  /** A run that was killed between its two renames has left the old target under another name. */
  async #recover(): Promise<void> {
    if (await exists(this.#old)) {
      if (await exists(this.path)) await rm(this.#old, { recursive: true, force: true });
      else await rename(this.#old, this.path);
    }
    await removeAbandoned(this.path);
  }

  async #assertWritable(): Promise<void> {
    const found = await lstat(this.path).catch(() => undefined);
    if (found === undefined) return;
    if (!found.isDirectory()) throw invalid(this.path, 'it is there, and no directory');
    if (!this.#options.replace) throw targetExists(this.path);
  }
}

function siblingOf(path: string, suffix: string): string {
  return join(dirname(path), `.${basename(path)}.capsule-${suffix}`);
}

async function removeAbandoned(path: string): Promise<void> {
  const prefix = basename(siblingOf(path, 'new-'));
  const names = await readdir(dirname(path)).catch(() => []);
  for (const name of names) {
    if (!name.startsWith(prefix) || isAlive(Number.parseInt(name.slice(prefix.length), 10))) continue;
    await rm(join(dirname(path), name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}

function targetExists(path: string): VerifyError {
  return new VerifyError('TARGET_EXISTS', `${path} is there already`, {
    hint: 'Name a directory that does not exist, or say --replace.',
  });
}

function invalid(path: string, why: string, cause?: unknown): VerifyError {
  const detail = cause instanceof Error ? `${why}: ${cause.message}` : why;
  return new VerifyError('TARGET_INVALID', `nothing can be unpacked to ${path}: ${detail}`, { cause });
}
