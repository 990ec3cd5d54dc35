import { verify } from 'node:crypto';
import { needsTrustedRoot } from '../policy/needs-trusted-root.ts';
import type { KeySigner, PolicySigner } from '../policy/policy.ts';
import { signerLabel } from '../policy/signer-id.ts';
import type { SignedBundle } from './bundle.ts';
import type { CountedSignature, VerifySignersOptions } from './counted-signature.ts';
import { fingerprintOfHint } from './key-hint.ts';
import { parsePublicKey } from './public-key.ts';
import { refuse, type Refusal } from './refusal.ts';

/**
 * Verifies a bundle by the public keys of the policy.
 *
 * A key's signature is verified here rather than by @sigstore/verify. For a bundle by key that library only looks the
 * key up and verifies with the key's default hash, which refuses P-384 as cosign 3 signs (SHA-384). Log entries and
 * timestamps, where the policy asks for them, are the library's to judge.
 * @throws {VerifyError} `KEY_INVALID` where the policy's own key cannot be read.
 */
export async function verifyByKey(bundle: SignedBundle, options: VerifySignersOptions): Promise<readonly CountedSignature[] | Refusal> {
  const keys = options.signers.filter(isKey);
  if (keys.length === 0) return refuse('SIGNATURE_BY_KEY', 'is by a key, and the policy names only identities');
  const verifying = keys.filter((signer) => isSignedBy(signer, bundle));
  if (verifying.length === 0) return refuseUnverified(bundle, keys);
  const judged: (CountedSignature | Refusal)[] = [];
  for (const signer of verifying) judged.push(await judgeEvidence(bundle, signer, options));
  const good = judged.filter((result) => 'signer' in result);
  return good.length > 0 ? good : (judged.find((result) => 'code' in result) ?? []);
}

function isKey(signer: PolicySigner): signer is KeySigner {
  return signer.kind === 'key';
}

function isSignedBy({ publicKeyPem, label }: KeySigner, { signed, signature }: SignedBundle): boolean {
  const { key, hashes } = parsePublicKey(publicKeyPem, label);
  // An ECDSA signature has a twin, (r, n-s), that verifies too: the bytes of a signature identify nothing.
  return hashes.some((hash) => verify(hash, signed, key, signature));
}

async function judgeEvidence(
  bundle: SignedBundle,
  signer: KeySigner,
  { root, nowMs }: VerifySignersOptions,
): Promise<CountedSignature | Refusal> {
  if (!needsTrustedRoot(signer)) return { signer, signedAt: [], logged: [] };
  if (root === undefined) return refuse('SIGNATURE_LOG_MISSING', 'must be logged, and there is no trusted root to judge that by');
  const { verifyEvidence } = await import('./keyless/verify-evidence.ts');
  const { key } = parsePublicKey(signer.publicKeyPem, signer.label);
  const result = verifyEvidence(bundle, { root, nowMs, thresholds: signer.evidence, verifiedKey: key });
  return result.kind === 'refusal' ? result : { signer, signedAt: result.signedAt, logged: result.logged };
}

/** Says why no key fits. It reads what nobody vouches for, so it may only choose between refusals. */
function refuseUnverified({ material }: SignedBundle, keys: readonly KeySigner[]): Refusal {
  const named = material.kind === 'publicKey' ? fingerprintOfHint(material.hint) : undefined;
  if (named !== undefined && keys.some(({ fingerprint }) => fingerprint === named)) {
    return refuse('SIGNATURE_INVALID', 'names a key of the policy, which does not verify it');
  }
  const got = named === undefined ? 'is by a key' : `names the key ${named},`;
  return refuse('SIGNATURE_UNTRUSTED', `${got} which the policy does not trust; it trusts ${listKeys(keys)}`);
}

const maxListed = 3; // one line for people

function listKeys(keys: readonly KeySigner[]): string {
  const more = keys.length > maxListed ? ` and ${keys.length - maxListed} more` : '';
  return `${keys.slice(0, maxListed).map(signerLabel).join('; ')}${more}`;
}
