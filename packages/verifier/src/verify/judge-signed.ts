import type { Descriptor } from '@release-capsule/oci';
import { judgeSignature, type SignatureOptions } from '../claims/signature.ts';
import { judgeSummary, type SummaryOptions } from '../claims/summary.ts';
import type { Finding } from '../findings/finding.ts';
import type { Policy } from '../policy/policy.ts';
import type { CountedSignature } from '../signature/counted-signature.ts';
import type { SignatureStore } from '../signature/find-signatures.ts';
import { applySummary, coveredClaims } from '../summary/apply-summary.ts';
import { releaseSigner } from '../summary/release-signer.ts';
import type { ReleaseSigner } from '../summary/summary.ts';

/** What is known of who has signed, and what is left to be judged. */
export interface JudgedSigned {
  readonly findings: readonly Finding[];
  /** The signatures by signers of the policy that count: of the release, or of the summary that stands for them. */
  readonly counted: readonly CountedSignature[];
  /** Who has signed the release itself, as far as that is known here. */
  readonly releaseSigners: readonly ReleaseSigner[];
  /** The policy without the claims that an accepted summary covers. */
  readonly remainingPolicy: Policy;
}

/** Judges SUMMARY and then SIGNATURE, which an accepted summary stands for where it says so. */
export async function judgeSigned(
  store: SignatureStore,
  capsule: Descriptor,
  options: SummaryOptions & SignatureOptions,
): Promise<JudgedSigned> {
  const { policy } = options;
  const { findings, accepted } = await judgeSummary(store, capsule, options);
  if (accepted === undefined) {
    const { finding, signed } = await judgeSignature(store, capsule, options);
    return { findings: [...findings, finding], counted: signed, releaseSigners: signed.map(releaseSigner), remainingPolicy: policy };
  }
  const covered = coveredClaims(accepted.claims, policy);
  const applied = applySummary(policy, covered, accepted);
  const own = covered.includes('SIGNATURE') ? undefined : await judgeSignature(store, capsule, options);
  const signed = own?.signed ?? [];
  return {
    findings: [...findings, ...applied.findings, ...(own === undefined ? [] : [own.finding])],
    counted: [accepted.by, ...signed],
    releaseSigners: [...accepted.releaseSigners, ...signed.map(releaseSigner)],
    remainingPolicy: applied.policy,
  };
}
