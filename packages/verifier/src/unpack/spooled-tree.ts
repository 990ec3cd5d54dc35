import { readSync, writeSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { openPrivateFile, privateFileFailed } from '@release-capsule/oci';
import type { ArchiveEntry, ArchiveHandler } from '@release-capsule/schema';

/** An entry of a verified archive, and where the bytes of a file begin in the private file. */
export interface SpooledEntry extends ArchiveEntry {
  readonly offset: number;
}

const bufferBytes = 256 * 1024; // few system calls, little memory

/**
 * Keeps the files of an archive, one after the other, in a private temporary file, while the archive is judged. What
 * was judged can then be written out, or looked at again, without reading store or archive a second time.
 */
export class SpooledTree implements ArchiveHandler, AsyncDisposable {
  readonly entries: SpooledEntry[] = [];
  readonly #files = new Map<string, SpooledEntry>();
  readonly #directory: string;
  readonly #file: FileHandle;
  readonly #buffer: Buffer = Buffer.allocUnsafeSlow(bufferBytes);
  #buffered = 0;
  #size = 0;

  private constructor(directory: string, file: FileHandle) {
    this.#directory = directory;
    this.#file = file;
  }

  /**
   * Opens an empty tree.
   * @param directory for temporary files.
   * @throws {OciError} `STORAGE_FAILED`.
   */
  static async open(directory: string): Promise<SpooledTree> {
    return new SpooledTree(directory, await openPrivateFile(directory));
  }

  beginEntry(entry: ArchiveEntry): void {
    const spooled = { ...entry, offset: this.#size };
    this.entries.push(spooled);
    if (entry.kind === 'file') this.#files.set(entry.path, spooled);
  }

  /** @throws {OciError} `STORAGE_FAILED`. */
  fileData(chunk: Uint8Array): void {
    for (let offset = 0; offset < chunk.byteLength; ) {
      const taken = Math.min(bufferBytes - this.#buffered, chunk.byteLength - offset);
      this.#buffer.set(chunk.subarray(offset, offset + taken), this.#buffered);
      this.#buffered += taken;
      this.#size += taken;
      offset += taken;
      if (this.#buffered === bufferBytes) this.#flush();
    }
  }

  endEntry(): void {}

  /** Reads the bytes of a file in pieces, which are valid until the next one is asked for. */
  *read({ offset, size }: SpooledEntry): Generator<Uint8Array, void, undefined> {
    this.#flush();
    for (let position = 0; position < size; ) {
      const count = readSync(this.#file.fd, this.#buffer, 0, Math.min(bufferBytes, size - position), offset + position);
      if (count === 0) return; // shorter than it was written: whoever hashes the pieces will see it
      position += count;
      yield this.#buffer.subarray(0, count);
    }
  }

  /** Reads a whole file by its path; undefined where there is none, or one of more than `maxBytes`. */
  readFile(path: string, maxBytes: number): Uint8Array | undefined {
    const entry = this.#files.get(path);
    if (entry === undefined || entry.size > maxBytes) return undefined;
    const content: Buffer[] = [];
    for (const piece of this.read(entry)) content.push(Buffer.from(piece));
    return Buffer.concat(content);
  }

  /** Frees the file. Closing twice does nothing. */
  async close(): Promise<void> {
    await this.#file.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #flush(): void {
    const start = this.#size - this.#buffered;
    try {
      // A disk that fills up takes a part of a write before it refuses the rest.
      for (let done = 0; done < this.#buffered; ) {
        done += writeSync(this.#file.fd, this.#buffer, done, this.#buffered - done, start + done);
      }
    } catch (cause) {
      throw privateFileFailed(this.#directory, cause);
    }
    this.#buffered = 0;
  }
}
