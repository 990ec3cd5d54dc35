import type { Digest } from '@release-capsule/schema';

/** Who a signature says it is by. */
export type SignerFacts =
  /** The fingerprint is what the signature says, if it was made by cosign or by this project. */
  | { readonly kind: 'key'; readonly fingerprint?: Digest }
  /** `repository` is the one whose run GitHub says it was: a workflow that many call signs in its own name for all of them. */
  | { readonly kind: 'certificate'; readonly identity: string; readonly issuer: string; readonly repository?: string }
  | { readonly kind: 'unreadable certificate' };

/** What a signature says of its signing. Nothing of it has been verified: it is for people to look at. */
export interface SigningFacts {
  readonly signer: SignerFacts;
  /** Times that a log or a timestamp authority is said to have stated, RFC 3339. */
  readonly signedAt: readonly string[];
  /** Logs that are said to hold it, by name or identifier, each with the index in it. */
  readonly logged: readonly string[];
}

/** Names a signer to people. */
export function signerText(signer: SignerFacts): string {
  if (signer.kind === 'key') return signer.fingerprint === undefined ? 'a key' : `key ${signer.fingerprint}`;
  return signer.kind === 'certificate' ? signer.identity : 'a certificate that cannot be read';
}
