import { createHash } from 'node:crypto';
import { SchemaError } from '../errors.ts';
import { quote } from '../quote.ts';

/** The hash that names a repository's objects. Source: git 2.47, gitrepository-layout, `extensions.objectFormat`. */
export type GitObjectFormat = 'sha1' | 'sha256';

/** The kinds of objects that a source proof is made of. */
export type GitObjectType = 'blob' | 'tree' | 'commit';

/** Hashes one blob whose size is known beforehand. */
export interface GitBlobHasher {
  update(chunk: Uint8Array): void;
  /**
   * Returns the blob's id.
   * @throws {SchemaError} `GIT_OBJECT_INVALID` where the chunks are not as many bytes as were announced.
   */
  digest(): string;
}

/**
 * Tells an object id's format by its length.
 * @throws {SchemaError} `GIT_OBJECT_INVALID` where it is not 40 or 64 lower-case hexadecimal digits.
 */
export function gitObjectFormat(id: string): GitObjectFormat {
  if (/^[0-9a-f]{40}$/.test(id)) return 'sha1';
  if (/^[0-9a-f]{64}$/.test(id)) return 'sha256';
  throw new SchemaError('GIT_OBJECT_INVALID', `${quote(id)} is not a git object id`, {
    hint: 'An object id is 40 (SHA-1) or 64 (SHA-256) lower-case hexadecimal digits.',
  });
}

/** Tells how many bytes an object id takes inside a tree. */
export function gitIdBytes(format: GitObjectFormat): number {
  return format === 'sha1' ? 20 : 32;
}

/** Hashes an object's raw body, as git does: header `<type> <size>\0`, then the body. */
export function hashGitObject(format: GitObjectFormat, type: GitObjectType, body: Uint8Array): string {
  return createHash(format).update(`${type} ${body.length}\0`).update(body).digest('hex');
}

/** Starts hashing a blob of `size` bytes that arrives in chunks. */
export function gitBlobHasher(format: GitObjectFormat, size: number): GitBlobHasher {
  const hash = createHash(format).update(`blob ${size}\0`);
  let seen = 0;
  return {
    update(chunk) {
      seen += chunk.length;
      hash.update(chunk);
    },
    digest() {
      if (seen === size) return hash.digest('hex');
      throw new SchemaError('GIT_OBJECT_INVALID', `a blob of ${size} bytes came with ${seen}`);
    },
  };
}
