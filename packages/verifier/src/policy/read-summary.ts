import type { SummaryPolicy } from './policy.ts';
import type { SummaryData } from './policy-data.ts';
import { type PolicyFiles, readSigners } from './read-signers.ts';

const hourMs = 3_600_000;

/**
 * Reads which earlier verification a policy accepts, and the public keys of those who may have verified.
 * @throws {VerifyError} `KEY_INVALID`, `POLICY_INVALID`.
 */
export async function readSummary(data: SummaryData, files: PolicyFiles): Promise<SummaryPolicy> {
  const { signers, policyDigest, stage, maxAgeHours } = data;
  return {
    signers: await readSigners(signers, 'summary.signers', files),
    policyDigest,
    stage,
    maxAgeMs: maxAgeHours * hourMs,
  };
}
