import { lstat, mkdir, rename } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { VerifyError } from '../errors.ts';
import { writeFailed } from './write-failed.ts';
import { doomedPath, exists, forgetStaging, removeAbandoned, removeTree, stagingPath } from './abandoned-trees.ts';
import { assertReplaceable } from './assert-replaceable.ts';
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

  private constructor(path: string, options: TargetOptions) {
    this.path = path;
    this.#options = options;
    this.staging = stagingPath(path);
  }

  /**
   * Removes what killed runs have left, checks that the target may be written, and makes the staging directory.
   * @throws {VerifyError} `TARGET_EXISTS`, `TARGET_INVALID`.
   */
  static async prepare(directory: string, options: TargetOptions): Promise<TargetDirectory> {
    if (directory === '') throw invalid('""', 'it is empty');
    const target = new TargetDirectory(resolve(directory), options);
    try {
      await target.#assertWritable();
      await removeAbandoned(target.path);
      await mkdir(dirname(target.path), { recursive: true });
      await mkdir(target.staging, 0o755);
      return target;
    } catch (cause) {
      forgetStaging(target.staging);
      if (cause instanceof VerifyError) throw cause;
      throw isDiskFailure(cause) ? writeFailed(target.path, cause) : invalid(target.path, 'the directory beside it cannot be made', cause);
    }
  }

  /** Puts the staging directory in place. A kill between the two renames leaves the target absent, never half. */
  async commit(): Promise<void> {
    const replaced = (await exists(this.path)) ? doomedPath(this.path) : undefined;
    if (replaced !== undefined) {
      await this.#assertWritable();
      await rename(this.path, replaced);
    }
    try {
      await rename(this.staging, this.path);
    } catch (error) {
      if (replaced !== undefined) await rename(replaced, this.path).catch(() => undefined);
      throw error;
    }
    forgetStaging(this.staging);
    if (this.#options.isDurable) await flushDirectory(dirname(this.path));
    if (replaced !== undefined) await removeTree(replaced, this.path);
  }

  /** Removes what was written so far. What cannot be removed is left to the next run. */
  async discard(): Promise<void> {
    await removeTree(this.staging, this.path).catch(() => undefined);
  }

  async #assertWritable(): Promise<void> {
    const found = await lstat(this.path).catch(() => undefined);
    if (found === undefined) return;
    if (!found.isDirectory()) throw invalid(this.path, 'it is there, and no directory');
    if (!this.#options.replace) throw targetExists(this.path);
    await assertReplaceable(this.path);
  }
}

function targetExists(path: string): VerifyError {
  return new VerifyError('TARGET_EXISTS', `${path} already exists`, {
    hint: 'Name a directory that does not exist, or say --replace.',
  });
}

function invalid(path: string, why: string, cause?: unknown): VerifyError {
  const detail = cause instanceof Error ? `${why}: ${cause.message}` : why;
  return new VerifyError('TARGET_INVALID', `nothing can be unpacked to ${path}: ${detail}`, {
    hint: 'Choose a directory that can be made and written.',
    cause,
  });
}

// Another directory of the same disk would fare no better.
const diskFailures: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EMFILE', 'ENFILE']);

function isDiskFailure(cause: unknown): cause is Error {
  return cause instanceof Error && 'code' in cause && diskFailures.has(cause.code);
}
