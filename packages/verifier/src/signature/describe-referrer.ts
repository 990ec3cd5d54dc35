import type { Descriptor, Fetcher, ListedReferrer } from '@release-capsule/oci';
import { predicateTypes } from '@release-capsule/schema';
import { maxBundleBytes, type SignedBundle } from './bundle.ts';
import { describeSigning } from './describe-signing.ts';
import { openCandidate } from './open-candidate.ts';
import type { SignaturePlace } from './signature-place.ts';
import type { SigningFacts } from './signing-facts.ts';
import { parseStatement } from './statement.ts';

/** What something that is attached to a manifest says it is. Nothing of it has been verified. */
export interface DescribedReferrer {
  readonly digest: string;
  readonly artifactType: string;
  readonly kind: 'signature' | 'attestation' | 'other' | 'unreadable';
  /** Where it was found; absent where the store knows one place alone. */
  readonly place?: SignaturePlace;
  readonly predicateType?: string;
  /** Who has signed, when, and where it is logged. */
  readonly signing?: SigningFacts;
}

/**
 * Describes something that is attached to a capsule, for people to look at. It judges nothing; what the store cannot
 * give is described as unreadable.
 * @throws What is no error of the store: an abort, a malfunction.
 */
export async function describeReferrer(
  store: Fetcher,
  subject: Descriptor,
  referrer: ListedReferrer,
  signal?: AbortSignal,
): Promise<DescribedReferrer> {
  const { digest, mediaType, artifactType = mediaType, listedBy: place } = referrer;
  const base = { digest, artifactType, ...(place !== undefined && { place }) };
  const bundle = await openCandidate(store, referrer, { subject, budget: { left: 2 * maxBundleBytes }, signal });
  if (bundle.kind === 'not-a-bundle') return { ...base, kind: 'other' };
  return bundle.kind === 'bundle' ? { ...base, ...(await describeStatement(bundle)) } : { ...base, kind: 'unreadable' };
}

/** Describes a signed in-toto statement. */
export async function describeStatement(bundle: SignedBundle): Promise<Pick<DescribedReferrer, 'kind' | 'predicateType' | 'signing'>> {
  const statement = parseStatement(bundle.payload);
  if (statement.kind !== 'statement') return { kind: 'unreadable' };
  const { predicateType } = statement;
  const kind = predicateType === predicateTypes.signature ? 'signature' : 'attestation';
  return { kind, predicateType, signing: await describeSigning(bundle) };
}
