import type { CountedSignature } from '../signature/counted-signature.ts';
import type { LookupFailure } from '../signature/lookup-failure.ts';
import type { BuildFacts } from './build-facts.ts';
import type { ProvenanceRefusal } from './provenance-refusal.ts';

/** A provenance that counts. */
export interface AcceptedProvenance {
  readonly kind: 'accepted-provenance';
  readonly facts: BuildFacts;
  /** Who vouches for it: whoever has signed the provenance, or the image that holds it. */
  readonly by: readonly CountedSignature[];
}

/** What one thing that may be a provenance turned out to be. What is no provenance at all is left out. */
export interface ProvenanceOutcome {
  /** What carries it, for people: a digest. */
  readonly where: string;
  readonly result: AcceptedProvenance | ProvenanceRefusal | LookupFailure;
}
