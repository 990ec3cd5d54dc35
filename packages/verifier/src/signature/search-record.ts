import type { OciDigest } from '@release-capsule/oci';
import { signerId } from '../policy/signer-id.ts';
import { countSigners } from './count-signers.ts';
import type { LookupFailure } from './lookup-failure.ts';
import type { Refusal } from './refusal.ts';
import type { SignaturePlace } from './signature-place.ts';
import type { SigningFacts } from './signing-facts.ts';
import type { VerifiedBundle } from './verify-bundle.ts';
import type { CountedSignature } from './counted-signature.ts';

/** What carries a signature. */
export interface Carrier {
  /** The manifest that carries it; absent where a list itself is damaged. */
  readonly referrer?: OciDigest;
  /** Absent where the store knows one place alone. */
  readonly place?: SignaturePlace;
  /** What it says of its signing; only where everything is looked at. */
  readonly facts?: SigningFacts;
}

/** A signature that counts. */
export interface AcceptedSignature extends CountedSignature, Carrier {
  readonly referrer: OciDigest;
  /** The repository that a signer of an older signature says to have signed in. It decides nothing. */
  readonly reference?: string;
}

/** A signature that does not count. */
export interface RefusedSignature extends Carrier {
  readonly code: Refusal['code'];
  readonly message: string;
}

/** What has become of one candidate. */
export type SearchOutcome = VerifiedBundle | Refusal | LookupFailure | { readonly kind: 'not-a-bundle' };

/** Keeps what a search has come upon so far. */
export class SearchRecord {
  /** One a signer: a second signature by the same key or person adds nothing. */
  readonly accepted: AcceptedSignature[] = [];
  /** What would count as well, and was not needed. */
  readonly surplus: AcceptedSignature[] = [];
  readonly refused: RefusedSignature[] = [];
  readonly failures: LookupFailure[] = [];
  readonly #threshold: number;

  constructor(threshold: number) {
    this.#threshold = threshold;
  }

  /** Tells whether enough signers have signed. */
  get isSatisfied(): boolean {
    return countSigners(this.accepted) >= this.#threshold;
  }

  keep(carrier: Carrier, outcome: SearchOutcome): void {
    if (outcome.kind === 'lookup-failure') this.failures.push(outcome);
    if (outcome.kind === 'refusal') this.refused.push({ ...carrier, code: outcome.code, message: outcome.message });
    const { referrer } = carrier;
    if (outcome.kind === 'verified' && referrer !== undefined) this.#keepVerified({ ...carrier, referrer }, outcome);
  }

  #keepVerified(carrier: Carrier & { readonly referrer: OciDigest }, { by, reference }: VerifiedBundle): void {
    // What is found once the policy is satisfied must not change who is said to have signed.
    const isNeeded = !this.isSatisfied;
    for (const signed of by) {
      const found = { ...signed, ...carrier, ...(reference !== undefined && { reference }) };
      const isNew = this.accepted.every((accepted) => !isSameSigner(accepted, signed));
      (isNeeded && isNew ? this.accepted : this.surplus).push(found);
    }
  }
}

/** A second signature by the same person for the same entry of the policy adds nothing. */
function isSameSigner(a: CountedSignature, b: CountedSignature): boolean {
  return signerId(a.signer) === signerId(b.signer) && a.identity === b.identity;
}
