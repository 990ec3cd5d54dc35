import {
  gitBlobHasher,
  type GitObjectFormat,
  gitObjectFormat,
  type GitObjectType,
  hashGitObject,
} from '@release-capsule/schema';
import { PackError } from '../errors.ts';
import { CatFile, missingObjectHint } from './cat-file.ts';
import { type GitRepository, quoteGit } from './git-command.ts';
import { runGit } from './run-git.ts';

/** How {@link GitObjects.read} judges an object before it reads it. */
export interface ReadObjectOptions {
  readonly type: GitObjectType;
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
}

const idleMs = 1_000; // a process is worth keeping between two files, not between two packages
const maxAnswerBytes = 200; // a line of `cat-file --batch-check`

/**
 * Reads a repository's objects by id. Each is hashed again: an object that is corrupt, or that something stands in for,
 * is refused, whatever git says.
 */
export class GitObjects {
  readonly #repository: GitRepository;
  readonly #format: GitObjectFormat;
  readonly #idle: CatFile[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(repository: GitRepository, format: GitObjectFormat) {
    this.#repository = repository;
    this.#format = format;
  }

  /**
   * Reads one object whole.
   * @throws {PackError} `GIT_OBJECT_MISSING`, `GIT_OBJECT_CORRUPT`, `FILE_TOO_LARGE`, `GIT_FAILED`.
   */
  async read(id: string, { type, maxBytes, signal }: ReadObjectOptions): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.#raw(id, { type, maxBytes, signal })) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    if (hashGitObject(this.#format, type, body) !== id) throw corrupt(id);
    return body;
  }

  /**
   * Streams a blob of known size. What has been read counts only once the stream has ended: it errors at its end where
   * the bytes are not those that the id names.
   * @throws {PackError} as {@link read}.
   */
  async *stream(id: string, size: number, signal?: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    const hasher = gitBlobHasher(this.#format, size);
    for await (const chunk of this.#raw(id, { type: 'blob', maxBytes: size, size, signal })) {
      hasher.update(chunk);
      yield chunk;
    }
    if (hasher.digest() !== id) throw corrupt(id);
  }

  /**
   * Asks for the sizes of blobs, all in one go.
   * @throws {PackError} `GIT_OBJECT_MISSING`, `GIT_OBJECT_CORRUPT`, `GIT_FAILED`.
   */
  async blobSizes(ids: ReadonlySet<string>, signal?: AbortSignal): Promise<ReadonlyMap<string, number>> {
    const sizes = new Map<string, number>();
    if (ids.size === 0) return sizes;
    const { stdout, stderr } = await runGit(this.#repository, ['cat-file', '--batch-check'], {
      input: `${[...ids].join('\n')}\n`,
      maxOutputBytes: ids.size * maxAnswerBytes,
      signal,
    });
    for (const line of stdout.toString('latin1').split('\n')) {
      const [id = '', type, size = ''] = line.split(' ');
      if (type === 'blob' && /^[0-9]{1,15}$/.test(size)) sizes.set(id, Number(size));
      else if (type === 'missing') throw missing(id, stderr);
      else if (line !== '') throw corrupt(id);
    }
    for (const id of ids) if (!sizes.has(id)) throw missing(id, stderr);
    return sizes;
  }

  async *#raw(
    id: string,
    want: ReadObjectOptions & { readonly size?: number },
  ): AsyncGenerator<Uint8Array, void, undefined> {
    gitObjectFormat(id); // a line break in an id would be a second request
    want.signal?.throwIfAborted();
    const session = await this.#take();
    const stop = (): void => session.close();
    want.signal?.addEventListener('abort', stop, { once: true });
    let clean = false;
    try {
      want.signal?.throwIfAborted(); // starting git took a while
      const header = await session.request(id);
      if (header === undefined) throw missing(id, '');
      if (header.type !== want.type || (want.size ?? header.size) !== header.size) throw corrupt(id);
      if (header.size > want.maxBytes) throw tooLarge(id, header.size, want);
      for await (const chunk of session.body(header.size)) {
        want.signal?.throwIfAborted();
        yield chunk;
      }
      clean = true;
    } catch (error) {
      want.signal?.throwIfAborted();
      throw error;
    } finally {
      want.signal?.removeEventListener('abort', stop);
      // Half-read, the process is of no more use: the next answer would be the rest of this body.
      if (clean) this.#give(session);
      else session.close();
    }
  }

  async #take(): Promise<CatFile> {
    clearTimeout(this.#timer);
    const session = this.#idle.pop() ?? (await CatFile.start(this.#repository));
    session.resume();
    return session;
  }

  #give(session: CatFile): void {
    session.rest();
    this.#idle.push(session);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      for (const idle of this.#idle.splice(0)) idle.close();
    }, idleMs);
    this.#timer.unref();
  }
}

function missing(id: string, stderr: string): PackError {
  const said = stderr === '' ? '' : `: ${quoteGit(stderr)}`;
  return new PackError('GIT_OBJECT_MISSING', `the repository lacks the object ${id}${said}`, {
    hint: missingObjectHint,
  });
}

function corrupt(id: string): PackError {
  return new PackError('GIT_OBJECT_CORRUPT', `the object ${id} is not what its id names`, {
    hint: 'Check the repository with `git fsck`, and clone it afresh.',
  });
}

function tooLarge(id: string, size: number, { type, maxBytes }: ReadObjectOptions): PackError {
  return new PackError('FILE_TOO_LARGE', `the ${type} ${id} has ${size} bytes, over the limit of ${maxBytes}`);
}
