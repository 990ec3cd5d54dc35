import { lstat, rename } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { makeDirectory } from '@release-capsule/oci';
import { VerifyError } from '../errors.ts';
import { assertReplaceable } from './assert-replaceable.ts';
import { flushDirectory } from './flush.ts';
import { removeAbandoned, Staging } from './staging.ts';
import { writeFailed } from './write-failed.ts';

/** How a target is put in place. */
export interface TargetOptions {
  /** Replaces a target that exists, if it is an unpacked capsule. */
  readonly replace: boolean;
  readonly isDurable: boolean;
}

/**
 * The directory that a capsule is unpacked into. Everything is written into a new one beside it, and renamed into
 * place: at any instant the target is absent, old or whole.
 */
export class TargetDirectory {
  readonly path: string;
  readonly #staging: Staging;
  readonly #options: TargetOptions;

  private constructor(path: string, staging: Staging, options: TargetOptions) {
    this.path = path;
    this.#staging = staging;
    this.#options = options;
  }

  /** Where to write until {@link commit}. */
  get staging(): string {
    return this.#staging.tree;
  }

  /**
   * Removes what killed runs have left, checks that the target may be written, and makes the staging directory.
   * @throws {VerifyError} `TARGET_EXISTS`, `TARGET_INVALID`.
   */
  static async prepare(directory: string, options: TargetOptions): Promise<TargetDirectory> {
    if (directory === '') throw invalid('""', 'it is empty');
    const path = resolve(directory);
    try {
      await removeAbandoned(path); // also where the target exists: the killed run may have put it in place
      await assertWritable(path, options);
      await makeDirectory(dirname(path));
      return new TargetDirectory(path, await Staging.make(path), options);
    } catch (cause) {
      if (cause instanceof VerifyError) throw cause;
      throw isDiskFailure(cause) ? writeFailed(path, cause) : invalid(path, 'the directory beside it cannot be made', cause);
    }
  }

  /** Puts the staging directory in place. A kill between the two renames leaves the target absent, never half. */
  async commit(): Promise<void> {
    const { tree, replaced } = this.#staging;
    const isReplacing = await assertWritable(this.path, this.#options);
    if (isReplacing) await rename(this.path, replaced);
    try {
      await rename(tree, this.path);
    } catch (error) {
      if (isReplacing) await rename(replaced, this.path).catch(() => undefined);
      throw error;
    }
    if (this.#options.isDurable) await flushDirectory(dirname(this.path));
    await this.#staging.remove();
  }

  /** Removes what was written so far. What cannot be removed is left to the next run. */
  async discard(): Promise<void> {
    await this.#staging.remove();
  }
}

/** Checks that a target may be written, and tells whether one that exists is replaced. */
async function assertWritable(path: string, { replace }: TargetOptions): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined); // of a link, not of what it leads to
  if (found === undefined) return false;
  if (!found.isDirectory()) throw invalid(path, 'it exists and is not a directory');
  if (!replace) throw targetExists(path);
  await assertReplaceable(path);
  return true;
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
