import { maxPublicKeyBytes, parsePublicKey } from '@release-capsule/verifier';
import type { Context } from '../context.ts';
import { readInput } from '../input/read-input.ts';

/** What `capsule inspect --key --json` prints. Its JSON Schema is schema/inspected-key.schema.json. */
export interface InspectedKey {
  /** As it was given. */
  readonly publicKey: string;
  /** The name of the key in every output and policy. */
  readonly fingerprint: string;
}

/**
 * Reads a public key, and says what it is called.
 * @throws {CliError} `FILE_UNREADABLE`.
 * @throws {VerifyError} `KEY_INVALID`.
 */
export async function inspectKey(path: string, context: Context): Promise<InspectedKey> {
  const bytes = await readInput(path, 'the public key', maxPublicKeyBytes, context);
  return { publicKey: path, fingerprint: parsePublicKey(Buffer.from(bytes).toString('utf8'), path).fingerprint };
}
