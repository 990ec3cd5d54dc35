import { sign } from 'node:crypto';
import type { SigningKey } from '../key/private-key.ts';
import type { Signer } from './signer.ts';

/** Makes a signer of a private key: ECDSA, DER-encoded, with the hash that cosign uses for the curve. */
export function keySigner({ privateKey, hash, fingerprint, publicKeyPem }: SigningKey): Signer {
  // cosign names the key of a bundle by the same digest, in base64.
  const hint = Buffer.from(fingerprint.slice('sha256:'.length), 'hex').toString('base64');
  return {
    async sign(data, signal) {
      signal?.throwIfAborted();
      const signature = sign(hash, data, { key: privateKey, dsaEncoding: 'der' });
      return { signature, key: { kind: 'publicKey', hint, publicKeyPem } };
    },
  };
}
