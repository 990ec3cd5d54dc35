import { createHash } from 'node:crypto';
import type { Digest } from '../digest.ts';
import { compareUtf8 } from '../path/compare-bytes.ts';

/** A file by its path below the package and the SHA-256 of its bytes, in 64 lower-case hexadecimal digits. */
export interface HashedFile {
  readonly path: string;
  readonly sha256: string;
}

/**
 * Computes in-toto's `dirHash` of a package: SHA-256 over one line `<sha256>  <path>` for each file, in the order of
 * the paths' bytes. File modes are not part of it; the archive and the source proof bind those.
 * Source: in-toto attestation v1, digest_set.md, "dirHash"; golang.org/x/mod/sumdb/dirhash, Hash1.
 */
export function packageDigest(files: readonly HashedFile[]): Digest {
  const hash = createHash('sha256');
  for (const { path, sha256 } of [...files].sort((a, b) => compareUtf8(a.path, b.path))) {
    hash.update(`${sha256}  ${path}\n`);
  }
  return `sha256:${hash.digest('hex')}`;
}
