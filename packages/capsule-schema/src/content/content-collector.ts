import { createHash, type Hash } from 'node:crypto';
import type { ArchiveHandler } from '../archive/archive-parser.ts';
import type { ArchiveEntry } from '../archive/entry-blocks.ts';
import { SchemaError } from '../errors.ts';
import { type GitBlobHasher, gitBlobHasher, type GitObjectFormat } from '../proof/git-object.ts';
import { quote } from '../quote.ts';

/** A file of a capsule, by what its bytes hash to. */
export interface ContentFile {
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  readonly executable: boolean;
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  /** The git blob id of the bytes, in the object format of the capsule's commit. */
  readonly blobId: string;
}

/** Which files a collector keeps in memory: a bound in bytes for those it keeps, undefined for the others. */
export type KeepRule = (path: string) => number | undefined;

// All kept files together; memory must not grow with the layer.
const maxKeptBytes = 64 * 1024 * 1024;

/** Hashes the files of an archive as they pass, and keeps the bytes of those that a rule names. */
export class ContentCollector implements ArchiveHandler {
  readonly files: ContentFile[] = [];
  readonly kept: Map<string, Uint8Array> = new Map();
  readonly #format: GitObjectFormat;
  readonly #keep: KeepRule;
  #keptBytes = 0;
  #current: { sha256: Hash; blob: GitBlobHasher; chunks: Uint8Array[] | undefined } | undefined;

  constructor(format: GitObjectFormat, keep: KeepRule) {
    this.#format = format;
    this.#keep = keep;
  }

  beginEntry(entry: ArchiveEntry): void {
    if (entry.kind === 'directory') return;
    this.#current = {
      sha256: createHash('sha256'),
      blob: gitBlobHasher(this.#format, entry.size),
      chunks: this.#isKept(entry) ? [] : undefined,
    };
  }

  fileData(chunk: Uint8Array): void {
    this.#current?.sha256.update(chunk);
    this.#current?.blob.update(chunk);
    this.#current?.chunks?.push(Buffer.from(chunk)); // a copy: the reader uses its buffer again
  }

  endEntry({ path, size, executable }: ArchiveEntry): void {
    if (this.#current === undefined) return;
    const { sha256, blob, chunks } = this.#current;
    this.files.push({ path, size, executable, sha256: sha256.digest('hex'), blobId: blob.digest() });
    if (chunks !== undefined) this.kept.set(path, Buffer.concat(chunks));
    this.#current = undefined;
  }

  #isKept({ path, size }: ArchiveEntry): boolean {
    const bound = this.#keep(path);
    if (bound === undefined) return false;
    this.#keptBytes += size;
    if (size > bound || this.#keptBytes > maxKeptBytes) {
      throw new SchemaError('LIMIT_EXCEEDED', `${quote(path)} has ${size} bytes, too many to be judged in memory`);
    }
    return true;
  }
}
