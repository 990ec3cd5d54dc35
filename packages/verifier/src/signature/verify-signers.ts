import type { PolicySigner, TrustedIdentity } from '../policy/policy.ts';
import type { SignedBundle } from './bundle.ts';
import { refuseDate } from './refuse-date.ts';
import { refuse, type Refusal } from './refusal.ts';
import type { CountedSignature, VerifySignersOptions } from './counted-signature.ts';
import { verifyByKey } from './verify-by-key.ts';

/** Everybody of the policy who has signed a bundle. */
export interface VerifiedSigners {
  readonly kind: 'signed';
  readonly by: readonly CountedSignature[];
}

/**
 * Verifies who has signed a bundle, whatever its statement says. A key is never satisfied by a certificate, nor an
 * identity by a key. A signer counts within its dates: at the proven times of signing, or now where none is proven.
 * @throws {VerifyError} `KEY_INVALID` where the policy's own key cannot be read.
 */
export async function verifySigners(bundle: SignedBundle, options: VerifySignersOptions): Promise<VerifiedSigners | Refusal> {
  if (options.signers.length === 0) return refuse('SIGNATURE_UNTRUSTED', 'is not by a trusted signer');
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
): Promise<readonly CountedSignature[] | Refusal> {
  const keyless = signers.filter(isKeyless);
  if (keyless.length === 0 || root === undefined) {
    return refuse('SIGNATURE_BY_CERTIFICATE', 'is by a certificate, and the policy names only keys');
  }
  // Loaded here: a policy of keys alone needs no certificates.
  const { verifyKeyless } = await import('./keyless/verify-keyless.ts');
  const result = verifyKeyless(bundle, { signers: keyless, root, denied, nowMs });
  if (result.kind === 'refusal') return result;
  const { identity } = result;
  return result.signers.map(({ signer, evidence: { signedAt, logged } }) => ({ signer, signedAt, logged, identity }));
}

function isKeyless(signer: PolicySigner): signer is TrustedIdentity {
  return signer.kind === 'keyless';
}
