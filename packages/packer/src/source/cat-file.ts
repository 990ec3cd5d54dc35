import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { PackError } from '../errors.ts';
import { ByteReader } from './byte-reader.ts';
import { gitNotStarted, type GitRepository, quoteGit, spawnGit } from './git-command.ts';
import { head } from './run-git.ts';

/** An object as git announces it, before its bytes. */
export interface ObjectHeader {
  readonly type: string;
  readonly size: number;
}

/** What to do where an object is not there. */
export const missingObjectHint =
  'A partial clone lacks objects, and none is fetched while packing: clone without --filter, or check them out.';

const maxHeaderBytes = 200; // id, type and size take less than 100
const maxStderrBytes = 4 * 1024; // enough to explain

/**
 * One `git cat-file --batch` process. It answers one request at a time: header, then all of the body, then the next.
 * Source: git 2.47, git-cat-file(1), "Batch Output".
 */
export class CatFile {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #reader: ByteReader;
  readonly #stderr: Promise<string>;

  private constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    this.#reader = new ByteReader(child.stdout);
    this.#stderr = head(child.stderr, maxStderrBytes).catch(() => '');
    child.stdin.on('error', () => {}); // a process that is gone is noticed where it is read from
    child.on('error', () => {});
  }

  /**
   * Starts a process.
   * @throws {PackError} `GIT_UNAVAILABLE`.
   */
  static async start(repository: GitRepository): Promise<CatFile> {
    const child = spawnGit(repository, ['cat-file', '--batch']);
    const session = new CatFile(child);
    try {
      await once(child, 'spawn');
    } catch (cause) {
      throw gitNotStarted(cause);
    }
    return session;
  }

  /**
   * Asks for an object by its full id; undefined where the repository lacks it.
   * @throws {PackError} `GIT_FAILED`.
   */
  async request(id: string): Promise<ObjectHeader | undefined> {
    this.#child.stdin.write(`${id}\n`);
    const line = await this.#reader.line(maxHeaderBytes);
    if (line === `${id} missing`) return undefined;
    const match = /^([0-9a-f]+) (blob|tree|commit|tag) ([0-9]{1,15})$/.exec(line ?? '');
    if (match?.[1] !== id) throw await this.#failed(`git cat-file does not answer for ${id}`);
    return { type: match[2] ?? '', size: Number(match[3]) };
  }

  /**
   * Reads the body that the last request announced.
   * @throws {PackError} `GIT_FAILED`.
   */
  async *body(size: number): AsyncGenerator<Uint8Array, void, undefined> {
    for (let left = size; left > 0;) {
      const bytes = await this.#reader.some(left);
      if (bytes === undefined) throw await this.#failed('git cat-file ends inside an object');
      left -= bytes.length;
      yield bytes;
    }
    if ((await this.#reader.line(0)) !== '') throw await this.#failed('git cat-file does not end an object');
  }

  /** Lets the Node process end while nothing is being read; {@link resume} takes that back. */
  rest(): void {
    this.#child.unref();
    for (const stream of this.#child.stdio) if (stream instanceof Socket) stream.unref();
  }

  resume(): void {
    this.#child.ref();
    for (const stream of this.#child.stdio) if (stream instanceof Socket) stream.ref();
  }

  close(): void {
    this.#child.stdin.end();
    this.#child.kill();
  }

  async #failed(what: string): Promise<PackError> {
    this.close();
    const stderr = await this.#stderr;
    // Some versions of git say of a missing object only that it cannot be fetched, and end.
    const isMissing = /promisor remote|transport '.*' not allowed/.test(stderr);
    return new PackError(isMissing ? 'GIT_OBJECT_MISSING' : 'GIT_FAILED', `${what}: ${quoteGit(stderr)}`, {
      hint: isMissing ? missingObjectHint : 'Check the repository with `git fsck`.',
    });
  }
}
