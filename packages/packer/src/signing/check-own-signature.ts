import { type KeyObject, verify } from 'node:crypto';
import { PackError } from '../errors.ts';
import { type Signature, type SignerKey, verifierPem } from './signer.ts';
import { hashOf, parseVerifier } from './witness/signed-content.ts';

/**
 * Verifies a fresh signature under the key that its signer says it is by: an external signer may hold another one, and
 * a log would keep the mistake forever.
 * @throws {PackError} `SIGNATURE_REJECTED`, `KEY_INVALID`.
 */
export function checkOwnSignature(data: Uint8Array, { signature, key }: Signature): void {
  const publicKey = publicKeyOf(key);
  if (verify(hashOf(publicKey), data, publicKey, signature)) return;
  const refuter = key.kind === 'certificate' ? 'certificate' : 'key';
  throw new PackError('SIGNATURE_REJECTED', `the signer made a signature that its own ${refuter} refutes`, {
    hint: 'Nothing was published. The signer must give the key it signs with, and hash as it asks: P-384 SHA-384, others SHA-256.',
  });
}

function publicKeyOf(key: SignerKey): KeyObject {
  try {
    return parseVerifier(verifierPem(key)).publicKey;
  } catch (cause) {
    const what = key.kind === 'certificate' ? 'certificate' : 'public key';
    throw new PackError('KEY_INVALID', `the signer's ${what} cannot be read`, { cause });
  }
}
