import type { Digest } from '@release-capsule/schema';

/** Who signed: a key, by its fingerprint, or an identity. */
export type SignedBy =
  | { readonly kind: 'key'; readonly fingerprint: Digest }
  | { readonly kind: 'keyless'; readonly identity: string; readonly issuer: string };

/** An entry of a transparency log. */
export interface LoggedEntry {
  /** base64, as trusted roots name the log. */
  readonly logId: string;
  /** A decimal number. */
  readonly logIndex: string;
  /** Rekor v1 alone states one. */
  readonly time?: Date;
}

/** What a fresh signature says of itself. Only its maker has judged it. */
export interface SignatureFacts {
  readonly by: SignedBy;
  readonly logged: readonly LoggedEntry[];
  /** By timestamp authorities. */
  readonly timestamps: readonly Date[];
  /** The digest of the manifest under cosign's `.sig` tag, where a legacy signature was asked for. */
  readonly legacy?: string;
}
