import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { type Digest, keyFingerprint } from '@release-capsule/schema';
import { assertArguments } from '../assert-arguments.ts';
import { PackError } from '../errors.ts';
import { decryptPrivateKey, isEncryptedKeyLabel } from './encrypted-key.ts';
import { parsePem } from './pem.ts';

/** A private key that can sign capsules, with what a verifier needs to recognise it. */
export interface SigningKey {
  readonly privateKey: KeyObject;
  /** Hash of the signature scheme, as cosign chooses it by curve. */
  readonly hash: 'sha256' | 'sha384';
  /** SubjectPublicKeyInfo, PEM. */
  readonly publicKeyPem: string;
  /** The name of the public key. */
  readonly fingerprint: Digest;
}

const publicLabel = 'PUBLIC KEY';
const plainLabel = 'PRIVATE KEY';
// cosign v3 signs P-384 with SHA-384: sigstore v1.10, pkg/signature/algorithm_registry.go, GetDefaultAlgorithmDetails.
const hashOfCurve: ReadonlyMap<string, SigningKey['hash']> = new Map([
  ['prime256v1', 'sha256'],
  ['secp384r1', 'sha384'],
]);

/**
 * Loads a signing key from PEM: cosign's encrypted private key, or unencrypted PKCS#8. ECDSA P-256 and P-384 only.
 * @throws {PackError} `OPTION_INVALID`, `KEY_INVALID`, `KEY_PASSWORD`. Nothing of the key appears in the error.
 */
export async function loadPrivateKey(pem: string, password?: string): Promise<SigningKey> {
  assertArguments({ pem: 'text', 'password?': 'text' }, { pem, password });
  const { label, bytes } = parsePem(pem);
  if (label === plainLabel) return toSigningKey(bytes);
  if (label === publicLabel) throw invalid('it is a public key', 'Give the private key that belongs to it, such as cosign.key.');
  if (!isEncryptedKeyLabel(label)) throw invalid(`it is a PEM "${label}"`);
  if (password === undefined) {
    throw new PackError('KEY_PASSWORD', 'the private key is encrypted and no password was given', {
      hint: 'Set COSIGN_PASSWORD; to the empty text where the key was made without a password.',
    });
  }
  return toSigningKey(await decryptPrivateKey(pem, password));
}

/**
 * Derives what a verifier needs from a private key.
 * @throws {PackError} `KEY_INVALID` where the key is not ECDSA P-256 or P-384.
 */
export function signingKey(privateKey: KeyObject): SigningKey {
  const { namedCurve } = privateKey.asymmetricKeyDetails ?? {};
  const hash = hashOfCurve.get(namedCurve ?? '');
  if (privateKey.asymmetricKeyType !== 'ec' || hash === undefined) {
    throw invalid(`it is ${namedCurve ?? privateKey.asymmetricKeyType ?? 'no key'}`);
  }
  const publicKey = createPublicKey(privateKey);
  return {
    privateKey,
    hash,
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    fingerprint: keyFingerprint(publicKey),
  };
}

function toSigningKey(pkcs8: Uint8Array): SigningKey {
  return signingKey(parsePkcs8(pkcs8));
}

function parsePkcs8(pkcs8: Uint8Array): KeyObject {
  try {
    return createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });
  } catch {
    throw invalid('it is not PKCS#8');
  }
}

const otherKeyHint = 'Make a key with "capsule keygen", or convert one with "openssl pkcs8 -topk8 -nocrypt".';

function invalid(got: string, hint = otherKeyHint): PackError {
  return new PackError('KEY_INVALID', `the private key cannot sign capsules: ${got}, wanted ECDSA P-256 or P-384`, { hint });
}
