import type { Descriptor, Fetcher, ReferrerLister } from '@release-capsule/oci';
import type { ReleaseRecord } from '@release-capsule/schema';
import { type Finding, proven, refuted, unknown } from '../findings/finding.ts';
import type { Policy } from '../policy/policy.ts';
import { signerLabel } from '../policy/signer-id.ts';
import type { LookupFailure } from '../signature/lookup-failure.ts';
import type { CountedSignature } from '../signature/counted-signature.ts';
import { findSummary, type SummarySearch } from '../summary/find-summary.ts';
import type { ReleaseSigner, SummarisedClaim } from '../summary/summary.ts';
import type { SummaryFailureCode, SummaryRefusalCode } from '../summary/summary-refusal.ts';

/** What SUMMARY is judged by. */
export interface SummaryOptions {
  readonly policy: Policy;
  readonly record: ReleaseRecord;
  /** The Freight's name, where it has one. */
  readonly freight: string | undefined;
  readonly now: Date;
  readonly signal?: AbortSignal | undefined;
}

/** An earlier verification that the policy accepts. */
export interface AcceptedSummary {
  /** What need not be judged again. */
  readonly claims: readonly SummarisedClaim[];
  /** Who has signed the summary. */
  readonly by: CountedSignature;
  /** Who had signed the release, as the summary says. */
  readonly releaseSigners: readonly ReleaseSigner[];
}

/** What looking for a summary has found. */
export interface JudgedSummary {
  /** Empty where the policy accepts no summary. */
  readonly findings: readonly Finding[];
  readonly accepted?: AcceptedSummary;
}

/**
 * Judges SUMMARY: an earlier stage has verified this very release. It never decides by itself: where none holds, what
 * it would have stood for is judged directly.
 */
export async function judgeSummary(
  store: ReferrerLister & Fetcher,
  capsule: Descriptor,
  { policy, record, freight, now, signal }: SummaryOptions,
): Promise<JudgedSummary> {
  const { summary: accepted } = policy;
  if (accepted === undefined) return { findings: [] };
  const wanted = { capsuleDigest: capsule.digest, record, freight, accepted, policy, nowMs: now.getTime() };
  const search = await findSummary(store, capsule, { ...wanted, signal });
  const { found } = search;
  if (found === undefined) return { findings: [describeAbsence(search, capsule)] };
  const { summary, by, referrer } = found;
  const evidence = { referrers: [referrer], stands: summary.claims, timeVerified: summary.timeVerified.toISOString() };
  const message = `${signerLabel(by.signer)} has verified it for ${summary.stage} at ${summary.timeVerified.toISOString()}`;
  return {
    findings: [proven('SUMMARY_ACCEPTED', message, { evidence })],
    accepted: { claims: summary.claims, by, releaseSigners: summary.signers },
  };
}

// Of several refusals the one is reported that comes nearest to a summary that holds.
const nearestFirst: readonly SummaryRefusalCode[] = [
  'SUMMARY_RELEASE_SIGNER_REFUSED',
  'SUMMARY_TOO_OLD',
  'SUMMARY_FROM_THE_FUTURE',
  'SUMMARY_NOT_PASSED',
  'SUMMARY_OTHER_FREIGHT',
  'SUMMARY_OTHER_IMAGE',
  'SUMMARY_OTHER_STAGE',
  'SUMMARY_OTHER_POLICY',
  'SUMMARY_OTHER_CAPSULE',
  'SUMMARY_BY_RELEASE_SIGNER',
  'SUMMARY_UNTRUSTED',
  'SUMMARY_MALFORMED',
];

const failureCodes: Readonly<Record<LookupFailure['code'], SummaryFailureCode>> = {
  SIGNATURE_TOO_MANY: 'SUMMARY_TOO_MANY',
  SIGNATURE_INCOMPLETE: 'SUMMARY_INCOMPLETE',
  SIGNATURE_LOOKUP_FAILED: 'SUMMARY_LOOKUP_FAILED',
  SIGNATURE_THROTTLED: 'SUMMARY_THROTTLED',
  SIGNATURE_FORBIDDEN: 'SUMMARY_FORBIDDEN',
  SIGNATURE_MISDIRECTED: 'SUMMARY_MISDIRECTED',
};

function describeAbsence({ refused, failures }: SummarySearch, { digest }: Descriptor): Finding {
  const evidence = { refused: refused.map(({ referrer, code, message }) => `${referrer}: ${code}: ${message}`) };
  const [failure] = failures;
  if (failure !== undefined) {
    const message = `summaries of ${digest} could not be looked up: ${failure.message}`;
    return unknown(failureCodes[failure.code], message, { evidence, ...(failure.hint !== undefined && { hint: failure.hint }) });
  }
  const nearest = nearestFirst.map((code) => refused.find((refusal) => refusal.code === code)).find((refusal) => refusal !== undefined);
  if (nearest === undefined) return refuted('SUMMARY_MISSING', `${digest} has no summary of an earlier verification`, { evidence });
  return refuted(nearest.code, `the summary ${nearest.referrer} ${nearest.message}`, { evidence });
}
