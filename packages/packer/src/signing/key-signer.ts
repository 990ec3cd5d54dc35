import { sign } from 'node:crypto';
import type { SigningKey } from '../key/private-key.ts';
import type { Signer } from './signer.ts';

/** Makes a signer of a private key: ECDSA, DER-encoded, with the hash that cosign uses for the curve. */
export function keySigner({ privateKey, hash, hint, publicKeyPem }: SigningKey): Signer {
  return {
    async sign(data, signal) {
      signal?.throwIfAborted();
      const signature = sign(hash, data, { key: privateKey, dsaEncoding: 'der' });
      return { signature, key: { kind: 'publicKey', hint, publicKeyPem } };
    },
  };
}
