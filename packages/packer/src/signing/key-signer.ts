import { sign } from 'node:crypto';
import { assertArguments } from '../assert-arguments.ts';
import type { SigningKey } from '../key/private-key.ts';
import type { Signer } from './signer.ts';

/**
 * Makes a signer of a private key: ECDSA, DER-encoded, with the hash that cosign uses for the curve.
 * @throws {PackError} `OPTION_INVALID`.
 */
export function keySigner(key: SigningKey): Signer {
  assertArguments({ key: { privateKey: 'object', hash: 'text', fingerprint: 'text', publicKeyPem: 'text' } }, { key });
  const { privateKey, hash, fingerprint, publicKeyPem } = key;
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
