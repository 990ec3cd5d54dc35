import { VerifyError } from '../errors.ts';
import type { EvidenceThresholds } from './policy.ts';
import type { SignerData } from './policy-data.ts';

/** What a signature by key needs beside the key, unless more is asked for. */
export const keyEvidence: EvidenceThresholds = { logEntries: 0, timestamps: 0, scts: 0 };

/** What a keyless signature needs, unless more or less is asked for: what cosign asks for. */
export const keylessEvidence: EvidenceThresholds = { logEntries: 1, timestamps: 1, scts: 1 };

/**
 * Reads how much must vouch for a signer's signatures. `place` names the signer in errors.
 * @throws {VerifyError} `POLICY_INVALID` where a certificate would count without a proven time, or a key is asked for SCTs.
 */
export function readEvidence(data: SignerData, place: string): EvidenceThresholds {
  const defaults = data.keyless === undefined ? keyEvidence : keylessEvidence;
  const { logEntries = defaults.logEntries, timestamps = defaults.timestamps, scts = defaults.scts } = data;
  if (data.keyless === undefined && scts > 0) throw invalid(`${place} is a key, and a key has no SCTs`);
  // A certificate lives for ten minutes: without a proven time nobody can tell whether it was alive.
  if (data.keyless !== undefined && timestamps === 0) throw invalid(`${place}.timestamps is 0, a certificate needs a proven time`);
  return { logEntries, timestamps, scts };
}

function invalid(why: string): VerifyError {
  return new VerifyError('POLICY_INVALID', `the policy is not valid: ${why}`, {
    hint: 'Leave the number out: the defaults are those of cosign.',
  });
}
