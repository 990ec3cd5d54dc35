import { generateKeyPair as generateKeyPairCallback, type KeyObject, randomBytes } from 'node:crypto';
import type { Digest } from '@release-capsule/schema';
import { assertArguments } from '../assert-arguments.ts';
import { encryptPrivateKey, type RandomBytes } from './encrypted-key.ts';
import { signingKey } from './private-key.ts';

/** A key pair in the files' own form. */
export interface KeyPairPem {
  /** cosign's encrypted private key. */
  readonly privateKeyPem: string;
  /** SubjectPublicKeyInfo. */
  readonly publicKeyPem: string;
  /** The name of the public key, as every output has it. */
  readonly fingerprint: Digest;
}

/** Where a new key's unpredictability comes from. */
export interface KeyRandomness {
  readonly newPrivateKey: () => Promise<KeyObject>;
  /** Salt and nonce of the encryption. */
  readonly randomBytes: RandomBytes;
}

const systemRandomness: KeyRandomness = { newPrivateKey: newP256Key, randomBytes };

/**
 * Generates an ECDSA P-256 key pair, the private key encrypted under `password` (which may be empty), as
 * `cosign generate-key-pair` does.
 * @throws {PackError} `OPTION_INVALID`.
 */
export async function generateKeyPair(
  password: string,
  randomness: KeyRandomness = systemRandomness,
): Promise<KeyPairPem> {
  assertArguments({ password: 'text', randomness: ['newPrivateKey', 'randomBytes'] }, { password, randomness });
  const privateKey = await randomness.newPrivateKey();
  const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' });
  const { publicKeyPem, fingerprint } = signingKey(privateKey);
  return { privateKeyPem: await encryptPrivateKey(pkcs8, password, randomness.randomBytes), publicKeyPem, fingerprint };
}

function newP256Key(): Promise<KeyObject> {
  return new Promise((resolve, reject) => {
    generateKeyPairCallback('ec', { namedCurve: 'P-256' }, (error, _publicKey, privateKey) =>
      error === null ? resolve(privateKey) : reject(error),
    );
  });
}
