import { createHash } from 'node:crypto';
import type { EntryPath } from '@release-capsule/schema';
import type { SourceFile } from '../source/source.ts';

/** A file of the package with the hashes that record and metadata hold. */
export interface HashedSourceFile {
  readonly path: EntryPath;
  readonly size: number;
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  /** 40 lower-case hexadecimal digits, of the bytes alone: SPDX asks for it; no decision rests on it. */
  readonly sha1: string;
}

/** Reads every file once and hashes it, one at a time: memory does not grow with the package. */
export async function hashFiles(
  files: readonly SourceFile[],
  signal?: AbortSignal,
): Promise<readonly HashedSourceFile[]> {
  const hashed: HashedSourceFile[] = [];
  for (const file of files) hashed.push(await hashFile(file, signal));
  return hashed;
}

async function hashFile(file: SourceFile, signal?: AbortSignal): Promise<HashedSourceFile> {
  const sha256 = createHash('sha256');
  const sha1 = createHash('sha1');
  for await (const chunk of file.content(signal)) {
    sha256.update(chunk);
    sha1.update(chunk);
  }
  return { path: file.path, size: file.size, sha256: sha256.digest('hex'), sha1: sha1.digest('hex') };
}
