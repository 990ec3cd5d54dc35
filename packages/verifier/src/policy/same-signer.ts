import { matchesIdentity } from './identity-pattern.ts';
import type { PolicySigner, TrustedIdentity } from './policy.ts';

/**
 * Tells whether two entries of a policy can be one signer: one key, or one identity, whatever else is asked of its
 * certificate. Two patterns are compared by their text: whether they overlap, nobody can tell beforehand.
 */
export function isSameSigner(a: PolicySigner, b: PolicySigner): boolean {
  if (a.kind === 'key' || b.kind === 'key') return a.kind === 'key' && b.kind === 'key' && a.fingerprint === b.fingerprint;
  return isSameIdentity(a, b);
}

function isSameIdentity(a: TrustedIdentity, b: TrustedIdentity): boolean {
  if (a.identity.kind === 'pattern' && b.identity.kind === 'pattern') return a.issuer === b.issuer && a.identity.value === b.identity.value;
  return isIdentityOf(a, b) || isIdentityOf(b, a);
}

/** Tells whether the exact identity of one is what the other asks for. */
function isIdentityOf({ identity, issuer }: TrustedIdentity, other: TrustedIdentity): boolean {
  return identity.kind === 'exact' && isNamedBy(identity.value, issuer, other);
}

/**
 * Tells whether a signer is known by an identity. An exact one is one person whoever vouches for it; a pattern is
 * written for the identities of its issuer alone.
 */
export function isNamedBy(identity: string, issuer: string, signer: TrustedIdentity): boolean {
  if (signer.identity.kind === 'pattern' && issuer !== signer.issuer) return false;
  return matchesIdentity(signer.identity, identity);
}
