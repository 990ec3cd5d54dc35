import type { PolicySigner } from '../policy/policy.ts';
import type { TrustedRoot } from '../trust/trusted-root.ts';

/** Who may have signed, and what else is needed to tell. */
export interface VerifySignersOptions {
  readonly signers: readonly PolicySigner[];
  /** What certificates, log entries and timestamps are judged by. */
  readonly root?: TrustedRoot | undefined;
  /** Identities that are on the deny list. */
  readonly denied?: readonly string[] | undefined;
  /** The clock, in milliseconds since 1970: a signature by key alone carries no time of its own. */
  readonly nowMs: number;
}

/** What of {@link VerifySignersOptions} is checked by its type alone. */
export const verifySignersShape = { signers: 'objects', 'root?': 'object', 'denied?': 'texts', nowMs: 'amount' } as const;

/** A signature that counts: the signer of the policy that made it, and what else is proven about it. */
export interface CountedSignature {
  readonly signer: PolicySigner;
  /** Proven times of signing; empty for a signature by key alone. */
  readonly signedAt: readonly Date[];
  /** The log's address and the index in it, for each log entry. */
  readonly logged: readonly string[];
  /** The identity that the certificate names. */
  readonly identity?: string;
}
