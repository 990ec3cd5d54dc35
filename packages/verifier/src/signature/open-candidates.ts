import type { Descriptor, Fetcher, OciDigest } from '@release-capsule/oci';
import type { SignedBundle } from './bundle.ts';
import type { Candidates } from './list-candidates.ts';
import { isStoreFailure, type LookupFailure } from './lookup-failure.ts';
import { type NotABundle, openCandidate } from './open-candidate.ts';
import type { ReadBudget } from './read-budget.ts';
import type { Refusal } from './refusal.ts';
import type { SearchLimits } from './search-limits.ts';
import type { SignaturePlace } from './signature-place.ts';

/** One referrer as it was opened, or what is wrong with the list of them. */
export interface OpenedCandidate {
  /** Absent where it is about the list itself. */
  readonly referrer?: OciDigest;
  /** Absent where the store knows one place alone. */
  readonly place?: SignaturePlace;
  readonly content: SignedBundle | NotABundle | Refusal | LookupFailure;
}

/** Options of {@link openCandidates}. */
export interface OpenCandidatesOptions {
  /** The manifest that must be the subject. */
  readonly subject: Descriptor;
  readonly limits: SearchLimits;
  /** What may be read in all, where others read as well; that of the limits unless given. */
  readonly budget?: ReadBudget;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens referrers one after the other, within limits, and what the list itself lacks first. Whoever has found enough
 * stops asking. After a few failures the store is left alone.
 */
export async function* openCandidates(
  store: Fetcher,
  candidates: Candidates,
  { subject, limits, budget = { left: limits.maxBytes }, signal }: OpenCandidatesOptions,
): AsyncGenerator<OpenedCandidate, void, undefined> {
  yield* listDefects(candidates, limits);
  let failures = isSerious(candidates.failure) ? 1 : 0;
  for (const candidate of candidates.descriptors.slice(0, limits.maxOpened)) {
    if (failures >= limits.maxFailures) return;
    const content = await openCandidate(store, candidate, { subject, budget, signal });
    if (isSerious(content)) failures += 1;
    const { digest: referrer, listedBy: place } = candidate;
    yield { referrer, ...(place !== undefined && { place }), content };
  }
}

function* listDefects({ failure, descriptors }: Candidates, { maxOpened }: SearchLimits): Generator<OpenedCandidate> {
  if (failure !== undefined) yield { content: failure };
  if (descriptors.length <= maxOpened) return;
  const message = `there are ${descriptors.length} referrers to open, the limit is ${maxOpened}`;
  yield { content: { kind: 'lookup-failure', code: 'SIGNATURE_TOO_MANY', message } };
}

function isSerious(content: OpenedCandidate['content'] | undefined): boolean {
  return content?.kind === 'lookup-failure' && isStoreFailure(content);
}
