import type { KeyObject } from 'node:crypto';
import { type Digest, sha256 } from './digest.ts';

/**
 * Names a public key, in every output and policy: SHA-256 of its SubjectPublicKeyInfo in DER, as
 * `openssl pkey -pubin -outform DER | sha256sum` prints it. Two files with one key have one fingerprint.
 * Source: RFC 5280, section 4.1.
 */
export function keyFingerprint(publicKey: KeyObject): Digest {
  return sha256(publicKey.export({ type: 'spki', format: 'der' }));
}
