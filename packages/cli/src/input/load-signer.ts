import { keySigner, loadPrivateKey, type Signer } from '@release-capsule/packer';
import type { Context } from '../context.ts';
import { readInput } from './read-input.ts';
import { readPassword } from './read-password.ts';

/** A signer, and the public key that verifies what it signs. */
export interface LoadedSigner {
  readonly signer: Signer;
  readonly publicKeyPem: string;
}

const maxKeyBytes = 64 * 1024; // an encrypted P-384 key has about one

/**
 * Loads a private key: cosign's own encrypted format, or PKCS#8 in PEM.
 * @throws {CliError} `FILE_UNREADABLE`; {PackError} `KEY_INVALID`, `KEY_PASSWORD`.
 */
export async function loadSigner(path: string, context: Context): Promise<LoadedSigner> {
  const pem = Buffer.from(await readInput(path, 'the private key', maxKeyBytes, context)).toString('utf8');
  const password = pem.includes('ENCRYPTED') ? await readPassword({ isNew: false }, context) : undefined;
  const key = await loadPrivateKey(pem, password);
  return { signer: keySigner(key), publicKeyPem: key.publicKeyPem };
}
