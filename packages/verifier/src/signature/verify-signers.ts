import type { KeylessSigner, PolicySigner } from '../policy/policy.ts';
import type { TrustedRoot } from '../trust/trusted-root.ts';
import type { SignedBundle } from './bundle.ts';
import { refuseDate } from './refuse-date.ts';
import { refuse, type Refusal } from './refusal.ts';
import { verifyByKey } from './verify-by-key.ts';

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

/** One signer of the policy, and what is proven about the signature beside. */
export interface SignedBy {
  readonly signer: PolicySigner;
  /** Proven times of signing; empty for a signature by key alone. */
  readonly signedAt: readonly Date[];
  /** The log's address and the index in it, for each log entry. */
  readonly logged: readonly string[];
  /** The identity that the certificate names. */
  readonly identity?: string;
}

/** Everybody of the policy who has signed a bundle. */
export interface VerifiedSigners {
  readonly kind: 'signed';
  readonly by: readonly SignedBy[];
}

/**
 * Verifies who has signed a bundle, whatever its statement says. A key is never satisfied by a certificate, nor an
 * identity by a key. A signer counts within its dates: at the proven times of signing, or now where none is proven.
 * @throws {VerifyError} `KEY_INVALID` where the policy's own key cannot be read.
 */
export async function verifySigners(bundle: SignedBundle, options: VerifySignersOptions): Promise<VerifiedSigners | Refusal> {
  if (options.signers.length === 0) return refuse('SIGNATURE_UNTRUSTED', 'is by somebody, and nobody is left who counts');
  const verified = bundle.material.kind === 'publicKey' ? await verifyByKey(bundle, options) : await verifyByCertificate(bundle, options);
  if ('code' in verified) return verified;
  const judged = verified.map((by) => ({ by, refusal: refuseDate(by, options.nowMs) }));
  const within = judged.filter(({ refusal }) => refusal === undefined).map(({ by }) => by);
  const [first] = judged;
  return within.length === 0 && first?.refusal !== undefined ? first.refusal : { kind: 'signed', by: within };
}

async function verifyByCertificate(
  bundle: SignedBundle,
  { signers, root, denied = [], nowMs }: VerifySignersOptions,
): Promise<readonly SignedBy[] | Refusal> {
  const keyless = signers.filter(isKeyless);
  if (keyless.length === 0 || root === undefined) {
    return refuse('SIGNATURE_BY_CERTIFICATE', 'is by certificate, and the policy names keys only');
  }
  // Loaded here: a policy of keys alone needs no certificates.
  const { verifyKeyless } = await import('./keyless/verify-keyless.ts');
  const result = verifyKeyless(bundle, { signers: keyless, root, denied, nowMs });
  if (result.kind === 'refusal') return result;
  return result.signers.map(({ signer, evidence }) => ({ signer, ...evidenceOf(evidence), identity: result.identity }));
}

function isKeyless(signer: PolicySigner): signer is KeylessSigner {
  return signer.kind === 'keyless';
}

function evidenceOf({ signedAt, logged }: Pick<SignedBy, 'signedAt' | 'logged'>): Pick<SignedBy, 'signedAt' | 'logged'> {
  return { signedAt, logged };
}
