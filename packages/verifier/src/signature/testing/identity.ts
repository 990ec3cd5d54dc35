import type { TrustedIdentity } from '../../policy/policy.ts';

/** A signer known by an identity, with what cosign asks for. */
export function identitySigner(identity: string, issuer = 'https://issuer.example'): TrustedIdentity {
  return {
    kind: 'keyless',
    issuer,
    identity: { kind: 'exact', value: identity },
    github: {},
    evidence: { logEntries: 1, timestamps: 1, scts: 1 },
  };
}
