import { type Digest, predicateTypes, quote } from '@release-capsule/schema';
import type { SignedBundle } from './bundle.ts';
import { refuse, type Refusal } from './refusal.ts';
import { parseStatement, refuseStatement } from './statement.ts';
import { type SignedBy, verifySigners, type VerifySignersOptions } from './verify-signers.ts';

/** What a bundle is verified against. */
export interface VerifyBundleOptions extends VerifySignersOptions {
  /** The digest of the manifest that must have been signed. */
  readonly digest: Digest;
}

/** The signers of the policy whose signature a bundle is. Two entries with one key are both in it. */
export interface VerifiedBundle {
  readonly kind: 'verified';
  readonly by: readonly SignedBy[];
}

/**
 * Verifies that a bundle is a signature of a manifest by a signer of the policy. What the statement says is believed
 * only once somebody has signed it; until then it may only choose between refusals.
 * @throws {VerifyError} `KEY_INVALID` where the policy's own key cannot be read.
 */
export async function verifyBundle(bundle: SignedBundle, options: VerifyBundleOptions): Promise<VerifiedBundle | Refusal> {
  const statement = parseStatement(bundle.payload);
  if (statement.kind === 'refusal') return statement;
  if (statement.predicateType !== predicateTypes.signature) {
    return refuse('SIGNATURE_NOT_A_SIGNATURE', `is an attestation of type ${quote(statement.predicateType)}`);
  }
  const verified = await verifySigners(bundle, options);
  if (verified.kind === 'refusal') return verified;
  return refuseStatement(statement, options.digest) ?? { kind: 'verified', by: verified.by };
}
