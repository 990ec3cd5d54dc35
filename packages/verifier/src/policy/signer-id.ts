import type { PolicySigner } from './policy.ts';

/**
 * Names a signer for good, no two alike: a key by its fingerprint, whatever its file is called, an identity with the
 * issuer that vouches for it.
 */
export function signerId(signer: PolicySigner): string {
  return signer.kind === 'key' ? signer.fingerprint : JSON.stringify([signer.issuer, signer.identity]);
}

/** Lists the names by which a policy may deny a signer, the one that people know first. */
export function signerNames(signer: PolicySigner): readonly [string, ...string[]] {
  return signer.kind === 'key' ? [signer.label, signer.fingerprint] : [signer.identity];
}

/** Describes a signer to people. */
export function signerLabel(signer: PolicySigner): string {
  return signer.kind === 'key' ? `${signer.label}, ${signer.fingerprint}` : `${signer.identity} (${signer.issuer})`;
}
