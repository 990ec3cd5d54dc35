import { quote } from '@release-capsule/schema';
import { VerifyError } from '../errors.ts';
import { releaseSigners } from './every-signer.ts';
import type { Policy } from './policy.ts';
import { isSameSigner } from './same-signer.ts';
import { signerNames } from './signer-id.ts';

/**
 * Refuses a policy by which who releases could also say that the release was verified: the summary would add nothing,
 * and a thief of that key could waive the image's signature and the provenance with it.
 * @throws {VerifyError} `POLICY_INVALID`.
 */
export function checkSummarySigners(policy: Policy): void {
  const { summary } = policy;
  if (summary === undefined) return;
  if (summary.signers.length === 0) throw new VerifyError('POLICY_INVALID', 'the policy is not valid: summary.signers is empty');
  const release = releaseSigners(policy);
  const both = summary.signers.find((signer) => release.some((other) => isSameSigner(signer, other)));
  if (both === undefined) return;
  const [name] = signerNames(both);
  throw new VerifyError('POLICY_INVALID', `the policy is not valid: ${quote(name)} signs summaries and the release itself`, {
    hint: 'Let the stage that verifies sign its summaries with a key or identity of its own.',
  });
}
