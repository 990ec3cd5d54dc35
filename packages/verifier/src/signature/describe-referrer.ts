import type { Descriptor, Fetcher } from '@release-capsule/oci';
import { predicateTypes } from '@release-capsule/schema';
import { maxBundleBytes } from './bundle.ts';
import { openCandidate } from './open-candidate.ts';
import { parseStatement } from './statement.ts';

/** What a referrer of a capsule says it is. Nothing of it has been verified. */
export interface DescribedReferrer {
  readonly digest: string;
  readonly artifactType: string;
  readonly kind: 'signature' | 'attestation' | 'other' | 'unreadable';
  readonly predicateType?: string;
  /** How the signer is named: a key's hint, or that there is a certificate. */
  readonly signer?: string;
}

/**
 * Describes something that is attached to a capsule, for people to look at. It judges nothing; what the store cannot
 * give is described as unreadable.
 * @throws What is no error of the store: an abort, a malfunction.
 */
export async function describeReferrer(
  store: Fetcher,
  subject: Descriptor,
  referrer: Descriptor,
  signal?: AbortSignal,
): Promise<DescribedReferrer> {
  const base = { digest: referrer.digest, artifactType: referrer.artifactType ?? referrer.mediaType };
  const bundle = await openCandidate(store, referrer, { subject, budget: { left: 2 * maxBundleBytes }, signal });
  if (bundle.kind === 'not-a-bundle') return { ...base, kind: 'other' };
  if (bundle.kind !== 'bundle') return { ...base, kind: 'unreadable' };
  const statement = parseStatement(bundle.payload);
  if (statement.kind !== 'statement') return { ...base, kind: 'unreadable' };
  const { material } = bundle;
  return {
    ...base,
    kind: statement.predicateType === predicateTypes.signature ? 'signature' : 'attestation',
    predicateType: statement.predicateType,
    signer: material.kind === 'publicKey' ? `key ${material.hint}` : 'certificate',
  };
}
