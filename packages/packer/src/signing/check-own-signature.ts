import { verify } from 'node:crypto';
import { PackError } from '../errors.ts';
import type { Signature } from './signer.ts';
import { hashOf, parseVerifier } from './witness/signed-content.ts';

/**
 * Verifies a fresh signature under the key that its signer says it is by: an external signer may hold another one, and
 * a log would keep the mistake forever.
 * @throws {PackError} `SIGNATURE_REJECTED`, `KEY_INVALID`.
 */
export function checkOwnSignature(data: Uint8Array, { signature, key }: Signature): void {
  const pem = key.kind === 'certificate' ? key.certificatePem : key.publicKeyPem;
  const publicKey = publicKeyOf(pem, key.kind);
  if (verify(hashOf(publicKey), data, publicKey, signature)) return;
  const refuter = key.kind === 'certificate' ? 'certificate' : 'key';
  throw new PackError('SIGNATURE_REJECTED', `the signer made a signature that its own ${refuter} refutes`, {
    hint: 'Nothing was published. The signer must give the key it signs with, and hash as it asks: P-384 SHA-384, others SHA-256.',
  });
}

function publicKeyOf(pem: string, kind: Signature['key']['kind']): ReturnType<typeof parseVerifier>['publicKey'] {
  try {
    return parseVerifier(pem).publicKey;
  } catch (cause) {
    throw new PackError('KEY_INVALID', `the signer's ${kind === 'certificate' ? 'certificate' : 'public key'} cannot be read`, { cause });
  }
}
