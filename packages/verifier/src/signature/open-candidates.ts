import type { Descriptor, Digest, Fetcher } from '@release-capsule/oci';
import type { SignedBundle } from './bundle.ts';
import type { Candidates } from './list-candidates.ts';
import type { LookupFailure } from './lookup-failure.ts';
import { type NotABundle, openCandidate } from './open-candidate.ts';
import type { Refusal } from './refusal.ts';
import type { SearchLimits } from './search-limits.ts';

/** One referrer as it was opened, or what is wrong with the list of them. */
export interface OpenedCandidate {
  /** Absent where it is about the list itself. */
  readonly referrer?: Digest;
  readonly content: SignedBundle | NotABundle | Refusal | LookupFailure;
}

/** Options of {@link openCandidates}. */
export interface OpenCandidatesOptions {
  /** The manifest that must be the subject. */
  readonly subject: Descriptor;
  readonly limits: SearchLimits;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens referrers one after the other, within limits, and what the list itself lacks first. Whoever has found enough
 * stops asking. After a few failures the store is left alone.
 */
export async function* openCandidates(
  store: Fetcher,
  candidates: Candidates,
  { subject, limits, signal }: OpenCandidatesOptions,
): AsyncGenerator<OpenedCandidate, void, undefined> {
  yield* listDefects(candidates, limits);
  const opening = { subject, budget: { left: limits.maxBytes }, signal };
  let failures = isSerious(candidates.failure) ? 1 : 0;
  for (const candidate of candidates.descriptors.slice(0, limits.maxOpened)) {
    if (failures >= limits.maxFailures) return;
    const content = await openCandidate(store, candidate, opening);
    if (isSerious(content)) failures += 1;
    yield { referrer: candidate.digest, content };
  }
}

function* listDefects({ failure, descriptors }: Candidates, { maxOpened }: SearchLimits): Generator<OpenedCandidate> {
  if (failure !== undefined) yield { content: failure };
  if (descriptors.length <= maxOpened) return;
  const message = `there are ${descriptors.length} referrers to open, the limit is ${maxOpened}`;
  yield { content: { kind: 'lookup-failure', code: 'SIGNATURE_TOO_MANY', message } };
}

// A bound that was met costs the store nothing: a smaller referrer may still be read. And three referrers without their
// content, which anybody who may push can list first, must not hide a signature that counts.
const harmless: readonly LookupFailure['code'][] = ['SIGNATURE_TOO_MANY', 'SIGNATURE_INCOMPLETE'];

function isSerious(content: OpenedCandidate['content'] | undefined): boolean {
  return content?.kind === 'lookup-failure' && !harmless.includes(content.code);
}
