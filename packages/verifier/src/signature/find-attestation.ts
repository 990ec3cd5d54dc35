import { descriptorShape } from '@release-capsule/core';
import type { Descriptor, Fetcher, OciDigest, ReferrerLister } from '@release-capsule/oci';
import { parseDigest } from '@release-capsule/schema';
import { assertArguments } from '../assert-arguments.ts';
import { type VerifySignersOptions, verifySignersShape } from './counted-signature.ts';
import { listCandidates, withoutOthers } from './list-candidates.ts';
import { openCandidates } from './open-candidates.ts';
import { defaultSearchLimits, type SearchLimits } from './search-limits.ts';
import { verifyBundle } from './verify-bundle.ts';

/** Options of {@link findAttestation}. */
export interface FindAttestationOptions extends VerifySignersOptions {
  readonly predicateType: string;
  readonly limits?: SearchLimits;
  readonly signal?: AbortSignal | undefined;
}

/** Whether an attestation is attached. `unknown`: the store could not be asked, which is not the same as absent. */
export type FoundAttestation =
  | { readonly state: 'found'; readonly referrer: OciDigest }
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
  const shape = { ...verifySignersShape, predicateType: 'text', 'limits?': 'object', 'signal?': 'signal' } as const;
  assertArguments({ store: ['fetch', 'referrers'], subject: descriptorShape, options: shape }, { store, subject, options });
  const { predicateType, signal, limits = defaultSearchLimits } = options;
  const candidates = await listCandidates(store, subject, { maxListed: limits.maxListed, predicateType, signal });
  const verifying = { ...options, digest: parseDigest(subject.digest) };
  let message: string | undefined;
  for await (const { referrer, content } of openCandidates(store, withoutOthers(candidates, predicateType), { subject, limits, signal })) {
    if (content.kind === 'lookup-failure' || (referrer === undefined && content.kind === 'refusal')) message ??= content.message;
    if (content.kind !== 'bundle' || referrer === undefined) continue;
    const verified = await verifyBundle(content, verifying);
    if (verified.kind === 'verified') return { state: 'found', referrer };
  }
  return message === undefined ? { state: 'absent' } : { state: 'unknown', message };
}
