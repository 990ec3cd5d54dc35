import type { Descriptor, Digest, Fetcher, ReferrerLister } from '@release-capsule/oci';
import { parseDigest } from '@release-capsule/schema';
import { announcement, listCandidates } from './list-candidates.ts';
import { openCandidate } from './open-candidate.ts';
import { defaultSearchLimits, type SearchLimits } from './search-limits.ts';
import { verifyBundle } from './verify-bundle.ts';
import type { VerifySignersOptions } from './signed-by.ts';

/** Options of {@link findAttestation}. */
export interface FindAttestationOptions extends VerifySignersOptions {
  readonly predicateType: string;
  readonly limits?: SearchLimits;
  readonly signal?: AbortSignal | undefined;
}

/** Whether an attestation is attached. `unknown`: the store could not be asked, which is not the same as absent. */
export type FoundAttestation =
  | { readonly state: 'found'; readonly referrer: Digest }
  | { readonly state: 'absent' }
  | { readonly state: 'unknown'; readonly message: string };

/**
 * Looks for an attestation of a manifest, and of it alone, by one of some signers: whoever attaches it need not do so
 * twice. What announces itself as something else is not opened; some registries announce nothing. What it says is not
 * judged.
 * @throws {VerifyError} `KEY_INVALID` where a signer's key cannot be read.
 */
export async function findAttestation(
  store: ReferrerLister & Fetcher,
  subject: Descriptor,
  options: FindAttestationOptions,
): Promise<FoundAttestation> {
  const { predicateType, signal, limits = defaultSearchLimits } = options;
  const { descriptors, failure } = await listCandidates(store, subject, { maxListed: limits.maxListed, predicateType, signal });
  const opening = { subject, budget: { left: limits.maxBytes }, signal };
  const verifying = { ...options, digest: parseDigest(subject.digest) };
  let message = failure?.message;
  const possible = descriptors.filter((candidate) => announcement(candidate, predicateType) !== 'other');
  for (const candidate of possible.slice(0, limits.maxOpened)) {
    const opened = await openCandidate(store, candidate, opening);
    if (opened.kind === 'lookup-failure') message ??= opened.message;
    if (opened.kind !== 'bundle') continue;
    const verified = await verifyBundle(opened, verifying);
    if (verified.kind === 'verified') return { state: 'found', referrer: candidate.digest };
  }
  return message === undefined ? { state: 'absent' } : { state: 'unknown', message };
}
