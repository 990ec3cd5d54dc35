import { createHash } from 'node:crypto';
import type { OciDigest } from './descriptor.ts';
import { OciError } from './errors.ts';

/** The hash algorithms that digests may use. Source: OCI image-spec v1.1.1, descriptor.md, "Registered Algorithms". */
export type DigestAlgorithm = 'sha256' | 'sha512';

// Both lengths are exact and the hex is lower-case: one content has one spelling, so digests compare as text.
const digestPattern = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;
const maxQuotedLength = 160; // longer than any digest, short enough for a message

/** Tells whether a text is a digest in its one canonical spelling. */
export function isOciDigest(text: string): text is OciDigest {
  return digestPattern.test(text);
}

/**
 * Parses a digest: SHA-256 or SHA-512 with lower-case hex.
 * Source: OCI image-spec v1.1.1, descriptor.md, "Digests".
 * @throws {OciError} `DESCRIPTOR_INVALID`.
 */
export function parseOciDigest(text: string): OciDigest {
  if (isOciDigest(text)) return text;
  throw new OciError('DESCRIPTOR_INVALID', `${JSON.stringify(text.slice(0, maxQuotedLength))} is not a digest`, {
    hint: 'A digest is "sha256:" and 64, or "sha512:" and 128, lower-case hexadecimal digits.',
  });
}

/** Names the algorithm of a digest. */
export function digestAlgorithm(digest: OciDigest): DigestAlgorithm {
  return digest.startsWith('sha512:') ? 'sha512' : 'sha256';
}

/** Returns the hexadecimal part of a digest. */
export function digestHex(digest: OciDigest): string {
  return digest.slice(digest.indexOf(':') + 1);
}

/** Hashes content piece by piece. */
export interface Digester {
  update(chunk: Uint8Array): void;
  /** Ends the hash; nothing can be added after. */
  digest(): OciDigest;
}

/** Starts a hash that takes its content piece by piece. */
export function createDigester(algorithm: DigestAlgorithm = 'sha256'): Digester {
  const hash = createHash(algorithm);
  return {
    update: (chunk) => void hash.update(chunk),
    digest: () => `${algorithm}:${hash.digest('hex')}`,
  };
}

/** Hashes bytes. */
export function digestOf(bytes: Uint8Array, algorithm: DigestAlgorithm = 'sha256'): OciDigest {
  const digester = createDigester(algorithm);
  digester.update(bytes);
  return digester.digest();
}
