import { type EvidenceThresholds, type Policy, policyFromFlags, type TrustedRoot } from '@release-capsule/verifier';
import type { LoadedSigner, SignerIdentity } from './input/load-signer.ts';

/** What a policy for a signer of our own is about. */
export interface SignerPolicyOptions {
  readonly name: string;
  readonly capsuleRepository: string;
}

/**
 * Makes the policy for exactly this signer and everything that vouches for it: each log that was asked, a proven time,
 * and an SCT where the trusted root names a log of certificates.
 * @throws {VerifyError} `TRUST_MISSING` where an identity has no trusted root.
 */
export async function signerPolicy({ identify, services, root }: LoadedSigner, options: SignerPolicyOptions): Promise<Policy> {
  const identity = await identify();
  if (identity.kind === 'key') {
    const { publicKeyPem: keyPem } = identity;
    const policy = policyFromFlags({ ...options, keyPem, keyLabel: 'the key that signed' });
    // Without a root nobody can judge what vouches for a key: the key alone counts then.
    return root === undefined ? policy : { ...withEvidence(policy, evidenceOf(services, root, 'key')), trustedRoot: root };
  }
  const { identity: certificateIdentity, issuer: certificateOidcIssuer } = identity;
  const rooted = root === undefined ? {} : { trustedRoot: root };
  const policy = policyFromFlags({ ...options, certificateIdentity, certificateOidcIssuer, ...rooted });
  return root === undefined ? policy : withEvidence(policy, evidenceOf(services, root, 'keyless'));
}

function evidenceOf(services: LoadedSigner['services'], root: TrustedRoot, kind: SignerIdentity['kind']): EvidenceThresholds {
  const { logs, timestampAuthorities } = services;
  if (kind === 'key') return { logEntries: logs.length, timestamps: timestampAuthorities.length === 0 ? 0 : 1, scts: 0 };
  return { logEntries: logs.length, timestamps: 1, scts: root.message.ctlogs.length === 0 ? 0 : 1 };
}

function withEvidence(policy: Policy, evidence: EvidenceThresholds): Policy {
  const signers = policy.capsule.signers.map((signer) => ({ ...signer, evidence }));
  return { ...policy, capsule: { ...policy.capsule, signers } };
}
