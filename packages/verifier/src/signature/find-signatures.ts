import type { Descriptor, Fetcher, ReadableStore, ReferrerLister } from '@release-capsule/oci';
import { parseDigest } from '@release-capsule/schema';
import type { SignedBundle } from './bundle.ts';
import type { VerifySignersOptions } from './counted-signature.ts';
import { describeSigning } from './describe-signing.ts';
import { openLegacyTag } from './legacy/open-legacy-tag.ts';
import { verifySimpleSigning } from './legacy/verify-simple-signing.ts';
import { listCandidates } from './list-candidates.ts';
import { isStoreFailure } from './lookup-failure.ts';
import { openCandidates } from './open-candidates.ts';
import type { ReadBudget } from './read-budget.ts';
import type { Refusal } from './refusal.ts';
import { concludeSearch, type SignatureSearch } from './search-conclusion.ts';
import { defaultSearchLimits, type SearchLimits } from './search-limits.ts';
import { type Carrier, type SearchOutcome, SearchRecord } from './search-record.ts';
import { type VerifiedBundle, verifyBundle, type VerifyBundleOptions } from './verify-bundle.ts';

/** Where signatures are looked for: among the referrers, and under a tag. */
export type SignatureStore = ReferrerLister & Fetcher & Pick<ReadableStore, 'resolve'>;

/** Options of {@link findSignatures}. */
export interface FindSignaturesOptions extends VerifySignersOptions {
  /** How many different signers must have signed. */
  readonly threshold: number;
  /** Looks at everything, also where less would do. What is concluded stays the same. */
  readonly everything?: boolean | undefined;
  readonly limits?: SearchLimits;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Looks for signatures by signers of the policy: through the referrers of a manifest, then, where those do not satisfy it,
 * under cosign's legacy tag. It stops at the first set that satisfies the policy. A signature that fails hides no other;
 * a failure to look is never taken for the absence of signatures.
 * Source: docs/verification.md, "Looking for signatures".
 * @throws {SchemaError} `DIGEST_INVALID` where the subject's digest is not SHA-256.
 * @throws {VerifyError} `KEY_INVALID` where a key of the policy cannot be read.
 */
export async function findSignatures(
  store: SignatureStore,
  subject: Descriptor,
  options: FindSignaturesOptions,
): Promise<SignatureSearch> {
  const { threshold, limits = defaultSearchLimits } = options;
  const search: Search = {
    subject,
    options,
    limits,
    budget: { left: limits.maxBytes },
    verifying: { ...options, digest: parseDigest(subject.digest) },
    record: new SearchRecord(threshold),
  };
  const listed = await searchReferrers(store, search);
  await searchLegacyTag(store, search);
  return concludeSearch(search.record, { subject, threshold, listed });
}

interface Search {
  readonly subject: Descriptor;
  readonly options: FindSignaturesOptions;
  readonly limits: SearchLimits;
  readonly budget: ReadBudget;
  readonly verifying: VerifyBundleOptions;
  readonly record: SearchRecord;
}

async function searchReferrers(store: SignatureStore, search: Search): Promise<number> {
  const { subject, limits, options, budget } = search;
  const candidates = await listCandidates(store, subject, { maxListed: limits.maxListed, signal: options.signal });
  for await (const { content, ...carrier } of openCandidates(store, candidates, { subject, limits, budget, signal: options.signal })) {
    await judge({ carrier, content, verify: verifyBundle }, search);
    if (isFinished(search)) break;
  }
  return candidates.listed;
}

function isFinished({ record, limits, options }: Search): boolean {
  if (record.failures.filter(isStoreFailure).length >= limits.maxFailures) return true;
  return record.isSatisfied && options.everything !== true;
}

interface OpenedSignature {
  readonly carrier: Carrier;
  readonly content: SignedBundle | Exclude<SearchOutcome, VerifiedBundle>;
  readonly verify: (bundle: SignedBundle, options: VerifyBundleOptions) => Promise<VerifiedBundle | Refusal>;
}

async function judge({ carrier, content, verify }: OpenedSignature, { options, verifying, record }: Search): Promise<void> {
  if (content.kind !== 'bundle') return record.keep(carrier, content);
  const facts = options.everything === true ? { facts: await describeSigning(content) } : {};
  record.keep({ ...carrier, ...facts }, await verify(content, verifying));
}

async function searchLegacyTag(store: SignatureStore, search: Search): Promise<void> {
  const { subject, budget, limits, options } = search;
  if (isFinished(search)) return;
  const opening = { kind: 'signature', budget, maxLayers: limits.maxOpened, signal: options.signal } as const;
  for await (const { manifest, content } of openLegacyTag(store, subject, opening)) {
    const carrier = { place: 'legacy-tag', ...(manifest !== undefined && { referrer: manifest }) } as const;
    await judge({ carrier, content, verify: verifySimpleSigning }, search);
    if (isFinished(search)) break;
  }
}
