import type { IdentityRule, PolicySigner, TrustedIdentity } from './policy.ts';

/**
 * Names a signer for good, no two alike: a key by its fingerprint, whatever its file is called, an identity with the
 * issuer that vouches for it and all that is asked of the certificate.
 */
export function signerId(signer: PolicySigner): string {
  if (signer.kind === 'key') return signer.fingerprint;
  const { issuer, identity, github } = signer;
  const claims = Object.entries(github).sort(([a], [b]) => (a < b ? -1 : 1));
  const rule = identity.kind === 'exact' ? identity.value : { pattern: identity.value };
  return JSON.stringify(claims.length === 0 ? [issuer, rule] : [issuer, rule, Object.fromEntries(claims)]);
}

/** Lists the names by which a policy may deny a signer, the one that people know first. */
export function signerNames(signer: PolicySigner): readonly [string, ...string[]] {
  return signer.kind === 'key' ? [signer.label, signer.fingerprint] : [signer.identity.value];
}

/** Describes a signer to people. */
export function signerLabel(signer: PolicySigner): string {
  return signer.kind === 'key' ? `${signer.label}, ${signer.fingerprint}` : describeIdentity(signer);
}

function describeIdentity({ identity, issuer }: TrustedIdentity): string {
  return `${ruleText(identity)} (${issuer})`;
}

function ruleText({ kind, value }: IdentityRule): string {
  return kind === 'exact' ? value : `/${value}/`;
}
