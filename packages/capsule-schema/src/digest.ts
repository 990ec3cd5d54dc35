import { createHash } from 'node:crypto';
import { SchemaError } from './errors.ts';
import { quote } from './quote.ts';

/** A content digest, `sha256:<64 lower-case hex>`: the one algorithm of format version 1. */
export type Digest = `sha256:${string}`;

const digestPattern = /^sha256:[0-9a-f]{64}$/;

/** Tells whether a text is a SHA-256 digest in its one canonical spelling. */
export function isDigest(text: string): text is Digest {
  return digestPattern.test(text);
}

/**
 * Parses a SHA-256 digest.
 * @throws {SchemaError} `DIGEST_INVALID`.
 */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw new SchemaError('DIGEST_INVALID', `${quote(text)} is not a digest`, {
    hint: 'A digest is "sha256:" and 64 lower-case hexadecimal digits.',
  });
}

/** Hashes bytes with SHA-256. */
export function sha256(bytes: Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
