import type { SignedBundle } from '../bundle.ts';
import type { Refusal } from '../refusal.ts';
import type { VerifiedBundle, VerifyBundleOptions } from '../verify-bundle.ts';
import { verifySigners } from '../verify-signers.ts';
import { parseSimpleSigning, refuseSimpleSigning } from './simple-signing.ts';

/**
 * Verifies that an older signature of cosign is one of a manifest by a signer of the policy. What the payload says is
 * believed only once somebody has signed it; until then it may only choose between refusals.
 * @throws {VerifyError} `KEY_INVALID` where the policy's own key cannot be read.
 */
export async function verifySimpleSigning(bundle: SignedBundle, options: VerifyBundleOptions): Promise<VerifiedBundle | Refusal> {
  const claimed = parseSimpleSigning(bundle.payload);
  if (claimed.kind === 'refusal') return claimed;
  const verified = await verifySigners(bundle, options);
  if (verified.kind === 'refusal') return verified;
  const { reference } = claimed;
  return (
    refuseSimpleSigning(claimed, options.digest) ??
    { kind: 'verified', by: verified.by, ...(reference !== undefined && { reference }) }
  );
}
