import { closeSync, constants, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { ArchiveEntry, ArchiveHandler } from '@release-capsule/schema';
import { assertHoldable } from './windows-names.ts';

/** How a tree is written. */
export interface TreeWriterOptions {
  /** Flushes each file to the disk. */
  readonly isDurable: boolean;
}

// Created by us and by nobody else: an existing file or a link in the way is an error, never followed.
const createFlags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);

/**
 * Writes the entries of a verified archive below a directory that nobody else writes to.
 * Synchronous: two thousand small files are two thousand short system calls, and a thread hop each would cost more.
 */
export class TreeWriter implements ArchiveHandler {
  /** Every directory made, relative, parents first. */
  readonly directories: string[] = [];
  readonly #root: string;
  readonly #options: TreeWriterOptions;
  #file: number | undefined;

  constructor(root: string, options: TreeWriterOptions) {
    this.#root = root;
    this.#options = options;
  }

  beginEntry({ path, kind, executable }: ArchiveEntry): void {
    assertHoldable(path);
    if (kind === 'directory') {
      mkdirSync(join(this.#root, path), 0o755);
      this.directories.push(path);
      return;
    }
    this.#file = openSync(join(this.#root, path), createFlags, executable ? 0o755 : 0o644);
  }

  fileData(chunk: Uint8Array): void {
    if (this.#file === undefined) return;
    // A disk that fills up takes a part of a write before it refuses the rest.
    for (let offset = 0; offset < chunk.byteLength; ) {
      offset += writeSync(this.#file, chunk, offset, chunk.byteLength - offset);
    }
  }

  endEntry(): void {
    if (this.#file === undefined) return;
    if (this.#options.isDurable) fsyncSync(this.#file);
    this.close();
  }

  /** Closes a file that was left open by an error. */
  close(): void {
    const file = this.#file;
    this.#file = undefined;
    if (file !== undefined) closeSync(file);
  }
}
