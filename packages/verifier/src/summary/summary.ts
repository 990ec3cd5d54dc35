import type { ClaimName } from '../findings/claim.ts';

/** The claims that a summary can stand for: those on who has signed and made what. Nothing else is ever waived by one. */
export const summarisedClaims: readonly SummarisedClaim[] = ['SIGNATURE', 'IMAGE_SIGNATURE', 'PROVENANCE', 'SBOM'];

/** A claim that a summary can stand for. */
export type SummarisedClaim = Extract<ClaimName, 'SIGNATURE' | 'IMAGE_SIGNATURE' | 'PROVENANCE' | 'SBOM'>;

/** The field of the predicate in which our own facts stand; other readers of a VSA leave out what they do not know. */
export const summaryFactsField = 'https://release-capsule.dev/summary/v1';

/** Names this verifier, wherever it runs: who ran it, the signature says. */
export const summaryVerifierId = 'https://release-capsule.dev/verifiers/capsule/v1';

/** Somebody whose signature of the release counted. */
export interface ReleaseSigner {
  /** As a policy's signer is named for good: a key's fingerprint, or issuer and identity. */
  readonly id: string;
  /** The identity that the certificate named; absent for a key. */
  readonly identity?: string;
  /** Proven times of signing; empty for a signature by key alone. */
  readonly signedAt: readonly Date[];
}

/** What a summary says of a verification. Read from outside it is true only where its signer is believed. */
export interface Summary {
  /** SHA-256 of the capsule's manifest: the statement's one subject. */
  readonly capsuleDigest: string;
  readonly result: string;
  readonly timeVerified: Date;
  readonly policyDigest: string;
  readonly stage: string;
  /** Absent where the package only locks images. */
  readonly imageDigest?: string;
  /** The Freight's name; absent where it had none. */
  readonly freight?: string;
  /** Those of the claims that a summary can stand for that were proven. */
  readonly claims: readonly SummarisedClaim[];
  readonly signers: readonly ReleaseSigner[];
}
