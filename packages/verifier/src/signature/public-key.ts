import { createPublicKey, type KeyObject } from 'node:crypto';
import { type Digest, keyFingerprint, quote } from '@release-capsule/schema';
import { VerifyError } from '../errors.ts';

/** A signer's public key. */
export interface PublicKey {
  readonly key: KeyObject;
  /** SHA-256 of the SubjectPublicKeyInfo as it is written anew: two files with one key have one fingerprint. */
  readonly fingerprint: Digest;
  /** SubjectPublicKeyInfo, written anew, a point uncompressed. */
  readonly publicKeyPem: string;
  /** Hashes with which cosign signs by such a key, the present one first. */
  readonly hashes: readonly SignatureHash[];
}

/** A hash of a signature scheme. */
export type SignatureHash = 'sha256' | 'sha384';

/** The largest public key file that is read, in bytes: an RSA-8192 key needs a tenth of it. */
export const maxPublicKeyBytes: number = 16 * 1024;

const minRsaBits = 2048; // NIST SP 800-131A revision 2, table 2
const maxRsaBits = 8192; // verification gets slow, and nobody signs with more
const rsaExponent = 65_537n; // small exponents have let signatures be forged (Bleichenbacher, CRYPTO 2006 rump session)

// createPublicKey would also take a private key or a certificate, and quietly derive a public key from it.
const privateKeyPattern = /^-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----/;
const pemPattern = /^-----BEGIN PUBLIC KEY-----\r?\n[A-Za-z0-9+/=\r\n]+-----END PUBLIC KEY-----$/;

/**
 * Parses a signer's public key: one PEM "PUBLIC KEY" with ECDSA P-256 or P-384, or RSA of 2048 to 8192 bits.
 * `label` names the key in errors.
 * Source: RFC 7468, section 13.
 * @throws {VerifyError} `KEY_INVALID`.
 */
export function parsePublicKey(pem: string, label: string): PublicKey {
  const decoded = decode(pem, label);
  const hashes = hashesFor(decoded);
  if (hashes === undefined) throw invalid(label, `it is ${describe(decoded)}`);
  const key = writeAnew(decoded, label);
  return {
    key,
    fingerprint: keyFingerprint(key),
    publicKeyPem: key.export({ type: 'spki', format: 'pem' }).toString(),
    hashes,
  };
}

function decode(pem: string, label: string): KeyObject {
  if (pem.length > maxPublicKeyBytes) throw invalid(label, `it is longer than ${maxPublicKeyBytes} bytes`);
  const text = pem.trim();
  if (privateKeyPattern.test(text)) throw invalid(label, 'it is a private key', { hint: publicHint });
  if (!pemPattern.test(text)) throw invalid(label, 'it is not exactly one PEM "PUBLIC KEY"');
  try {
    return createPublicKey({ key: text, format: 'pem', type: 'spki' });
  } catch (cause) {
    throw invalid(label, 'its SubjectPublicKeyInfo cannot be read', { cause });
  }
}

/**
 * Brings a key into the one form in which it has one fingerprint. An elliptic curve's point may be written compressed,
 * and one key would count as two signers, or be another than the one on a deny list. A JWK has no such choice.
 */
function writeAnew(key: KeyObject, label: string): KeyObject {
  try {
    return createPublicKey({ key: key.export({ format: 'jwk' }), format: 'jwk' });
  } catch (cause) {
    throw invalid(label, 'it cannot be written anew', { cause });
  }
}

function hashesFor({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): readonly SignatureHash[] | undefined {
  const { namedCurve, modulusLength = 0, publicExponent } = asymmetricKeyDetails ?? {};
  if (asymmetricKeyType === 'ec' && namedCurve === 'prime256v1') return ['sha256'];
  // cosign 3 signs P-384 with SHA-384; cosign 2 and sigstore-js with SHA-256.
  if (asymmetricKeyType === 'ec' && namedCurve === 'secp384r1') return ['sha384', 'sha256'];
  const isSoundRsa = modulusLength >= minRsaBits && modulusLength <= maxRsaBits && publicExponent === rsaExponent;
  return asymmetricKeyType === 'rsa' && isSoundRsa ? ['sha256'] : undefined;
}

function describe({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string {
  const { namedCurve, modulusLength, publicExponent } = asymmetricKeyDetails ?? {};
  if (namedCurve !== undefined) return `ECDSA ${namedCurve}`;
  if (modulusLength === undefined) return asymmetricKeyType ?? 'no key';
  return `${asymmetricKeyType ?? 'a key'} of ${modulusLength} bits with exponent ${publicExponent ?? 'unknown'}`;
}

const publicHint = 'Give the public key that belongs to it, such as cosign.pub.';
const anyHint = 'Give the file that "capsule keygen" or "cosign public-key" writes.';

interface InvalidOptions {
  readonly hint?: string;
  readonly cause?: unknown;
}

function invalid(label: string, rule: string, { hint = anyHint, cause }: InvalidOptions = {}): VerifyError {
  const wanted = 'wanted ECDSA P-256 or P-384, or RSA of 2048 to 8192 bits';
  return new VerifyError('KEY_INVALID', `the public key ${quote(label)} cannot be used: ${rule}, ${wanted}`, {
    hint,
    cause,
  });
}
