import type { Digest as OciDigest } from '@release-capsule/oci';
import type { LookupFailure } from './lookup-failure.ts';
import type { Refusal } from './refusal.ts';
import type { SignedBy } from './verify-signers.ts';

/** A signature that counts. */
export interface AcceptedSignature extends SignedBy {
  /** The manifest that carries the signature. */
  readonly referrer: OciDigest;
}

/** A signature that does not count. */
export interface RefusedSignature {
  /** Absent where the list itself is damaged. */
  readonly referrer?: OciDigest;
  readonly code: Refusal['code'];
  readonly message: string;
}

/** What a search has come upon so far. */
export interface SearchRecord {
  /** One a signer: a second signature by the same key adds nothing. */
  readonly accepted: AcceptedSignature[];
  readonly refused: RefusedSignature[];
  readonly failures: LookupFailure[];
}
