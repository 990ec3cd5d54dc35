import type { Descriptor, Fetcher, OciDigest, ReferrerLister } from '@release-capsule/oci';
import { predicateTypes } from '@release-capsule/schema';
import { announcement, type Candidates, listCandidates, withoutOthers } from '../signature/list-candidates.ts';
import type { LookupFailure } from '../signature/lookup-failure.ts';
import { type OpenedCandidate, openCandidates } from '../signature/open-candidates.ts';
import { defaultSearchLimits, type SearchLimits } from '../signature/search-limits.ts';
import { parseStatement } from '../signature/statement.ts';
import { refuseSummary, type SummaryRefusal } from './summary-refusal.ts';
import { type VerifiedSummary, verifySummary, type VerifySummaryOptions } from './verify-summary.ts';

/** Options of {@link findSummary}. */
export interface FindSummaryOptions extends VerifySummaryOptions {
  readonly limits?: SearchLimits;
  readonly signal?: AbortSignal | undefined;
}

/** What looking for a summary has come upon. */
export interface SummarySearch {
  readonly found?: VerifiedSummary & { readonly referrer: OciDigest };
  readonly refused: readonly RefusedSummary[];
  readonly failures: readonly LookupFailure[];
}

/** A summary that does not hold. */
export interface RefusedSummary extends SummaryRefusal {
  readonly referrer: OciDigest;
}

const predicateType = predicateTypes.verificationSummary;

/**
 * Looks through the referrers of a capsule for a summary that the policy accepts, and stops at the first. One that
 * fails hides no other. What announces itself as something else is not opened: a summary that is not found waives
 * nothing, and so the announcement may be relied on to save requests.
 * @throws {VerifyError} `KEY_INVALID` where a key of the policy cannot be read.
 */
export async function findSummary(
  store: ReferrerLister & Fetcher,
  subject: Descriptor,
  options: FindSummaryOptions,
): Promise<SummarySearch> {
  const { signal, limits = defaultSearchLimits } = options;
  const candidates = await listCandidates(store, subject, { maxListed: limits.maxListed, predicateType, signal });
  const refused: RefusedSummary[] = [];
  const failures: LookupFailure[] = [];
  for await (const { referrer, content } of openCandidates(store, withoutOthers(candidates, predicateType), { subject, limits, signal })) {
    const outcome = referrer === undefined ? ofTheList(content) : await judge(content, isAnnounced(referrer, candidates), options);
    if (outcome?.kind === 'lookup-failure') failures.push(outcome);
    if (outcome === undefined || outcome.kind === 'lookup-failure' || referrer === undefined) continue;
    if (outcome.kind === 'verified-summary') return { found: { ...outcome, referrer }, refused, failures };
    refused.push({ ...outcome, referrer });
  }
  return { refused, failures };
}

function isAnnounced(referrer: OciDigest, { descriptors }: Candidates): boolean {
  return descriptors.some((candidate) => candidate.digest === referrer && announcement(candidate, predicateType) === 'wanted');
}

/** A list of which something is not what its digest names is no list to go by, and no summary either. */
function ofTheList(content: OpenedCandidate['content']): LookupFailure | undefined {
  if (content.kind === 'lookup-failure') return content;
  return content.kind === 'refusal' ? { ...content, kind: 'lookup-failure', code: 'SIGNATURE_INCOMPLETE' } : undefined;
}

async function judge(
  content: OpenedCandidate['content'],
  announced: boolean,
  options: VerifySummaryOptions,
): Promise<VerifiedSummary | SummaryRefusal | LookupFailure | undefined> {
  if (content.kind === 'not-a-bundle') return undefined;
  if (content.kind === 'lookup-failure') return content;
  if (content.kind === 'bundle') {
    const statement = parseStatement(content.payload);
    const isSummary = statement.kind === 'statement' && statement.predicateType === predicateType;
    return isSummary ? verifySummary(content, options) : undefined;
  }
  // What cannot be read may be anything: it counts as a summary only where it calls itself one.
  if (!announced) return undefined;
  return refuseSummary(content.code === 'SIGNATURE_OTHER_SUBJECT' ? 'SUMMARY_OTHER_CAPSULE' : 'SUMMARY_MALFORMED', content.message);
}
