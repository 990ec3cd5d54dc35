import type { Descriptor, Fetcher, ReferrerLister } from '@release-capsule/oci';
import { parseDigest } from '@release-capsule/schema';
import { signerId } from '../policy/signer-id.ts';
import { type Candidates, listCandidates } from './list-candidates.ts';
import type { LookupFailure } from './lookup-failure.ts';
import { openCandidate, type OpenCandidateOptions } from './open-candidate.ts';
import type { Refusal } from './refusal.ts';
import { countSigners } from './count-signers.ts';
import { concludeSearch, type SignatureSearch } from './search-conclusion.ts';
import type { SearchRecord } from './search-record.ts';
import { defaultSearchLimits, type SearchLimits } from './search-limits.ts';
import { type VerifiedBundle, verifyBundle, type VerifyBundleOptions } from './verify-bundle.ts';
import type { SignedBy, VerifySignersOptions } from './verify-signers.ts';

/** Options of {@link findSignatures}. */
export interface FindSignaturesOptions extends VerifySignersOptions {
  /** How many different signers must have signed. */
  readonly threshold: number;
  readonly limits?: SearchLimits;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Looks through the referrers of a manifest for signatures by signers of the policy, and stops at the first set that
 * satisfies it. A signature that fails hides no other; a failure to look is never taken for the absence of signatures.
 * Source: docs/verification.md, "Looking for signatures".
 * @throws {SchemaError} `DIGEST_INVALID` where the subject's digest is not SHA-256.
 * @throws {VerifyError} `KEY_INVALID` where a key of the policy cannot be read.
 */
export async function findSignatures(
  store: ReferrerLister & Fetcher,
  subject: Descriptor,
  options: FindSignaturesOptions,
): Promise<SignatureSearch> {
  const { threshold, signal, limits = defaultSearchLimits } = options;
  const candidates = await listCandidates(store, subject, { maxListed: limits.maxListed, signal });
  const record: SearchRecord = { accepted: [], refused: [], failures: [] };
  keepListFailure(record, candidates.failure);
  const opening = { subject, budget: { left: limits.maxBytes }, signal };
  const verifying = { ...options, digest: parseDigest(subject.digest) };
  for (const candidate of withinLimit(candidates, limits, record)) {
    if (isFinished(record, options, limits)) break;
    const outcome = await judge(store, candidate, { opening, verifying });
    keep(record, candidate, outcome);
  }
  return concludeSearch(record, { subject, threshold, listed: candidates.listed });
}

function keepListFailure({ failures, refused }: SearchRecord, failure: Candidates['failure']): void {
  if (failure?.kind === 'lookup-failure') failures.push(failure);
  if (failure?.kind === 'refusal') refused.push({ code: failure.code, message: failure.message });
}

/** Cuts the candidates off at the limit, and remembers that it did. */
function withinLimit(
  { descriptors }: Candidates,
  { maxOpened }: SearchLimits,
  { failures }: SearchRecord,
): readonly Descriptor[] {
  if (descriptors.length <= maxOpened) return descriptors;
  const message = `there are ${descriptors.length} referrers to open, the limit is ${maxOpened}`;
  failures.push({ kind: 'lookup-failure', code: 'SIGNATURE_TOO_MANY', message });
  return descriptors.slice(0, maxOpened);
}

// A bound that was met costs the store nothing: a smaller referrer may still be read. And three referrers without their
// content, which anybody who may push can list first, must not hide a signature that counts.
const harmless: readonly LookupFailure['code'][] = ['SIGNATURE_TOO_MANY', 'SIGNATURE_INCOMPLETE'];

function isFinished(record: SearchRecord, options: FindSignaturesOptions, { maxFailures }: SearchLimits): boolean {
  if (record.failures.filter(({ code }) => !harmless.includes(code)).length >= maxFailures) return true;
  return countSigners(record.accepted) >= options.threshold;
}

interface Judging {
  readonly opening: OpenCandidateOptions;
  readonly verifying: VerifyBundleOptions;
}

type Outcome = VerifiedBundle | Refusal | LookupFailure | { readonly kind: 'not-a-bundle' };

async function judge(store: Fetcher, candidate: Descriptor, { opening, verifying }: Judging): Promise<Outcome> {
  const bundle = await openCandidate(store, candidate, opening);
  return bundle.kind === 'bundle' ? verifyBundle(bundle, verifying) : bundle;
}

function keep(record: SearchRecord, { digest }: Descriptor, outcome: Outcome): void {
  if (outcome.kind === 'lookup-failure') record.failures.push(outcome);
  if (outcome.kind === 'refusal') {
    record.refused.push({ referrer: digest, code: outcome.code, message: outcome.message });
  }
  if (outcome.kind !== 'verified') return;
  for (const by of outcome.by) {
    const isNew = record.accepted.every((accepted) => !isSameSigner(accepted, by));
    if (isNew) record.accepted.push({ ...by, referrer: digest });
  }
}

/** A second signature by the same person for the same entry of the policy adds nothing. */
function isSameSigner(a: SignedBy, b: SignedBy): boolean {
  return signerId(a.signer) === signerId(b.signer) && a.identity === b.identity;
}
