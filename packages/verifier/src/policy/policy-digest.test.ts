import { describe, expect, it } from 'vitest';
import type { KeySigner, Policy } from './policy.ts';
import { policyDigest } from './policy-digest.ts';
import { identitySigner } from '../signature/testing/identity.ts';
import { testRoot } from '../trust/testing/test-root.ts';

const signer: KeySigner = {
  kind: 'key',
  label: 'cosign.pub',
  fingerprint: `sha256:${'a'.repeat(64)}`,
  publicKeyPem: 'pem',
  evidence: { logEntries: 0, timestamps: 0, scts: 0 },
};
const keyless = identitySigner('b', 'a');
const root = testRoot();
const summary = { signers: [keyless], policyDigest: `sha256:${'c'.repeat(64)}`, stage: 'test', maxAgeMs: 1 } as const;
const policy: Policy = {
  mode: 'enforce',
  capsule: { name: 'app', signers: [signer], threshold: 1 },
  require: { provenance: false, sbom: false, lineage: false, lockedImages: false },
  pairing: 'image',
  tagRule: 'git-commit',
  allow: { references: [], unlockedImages: [] },
  deny: [],
};

describe('policyDigest', () => {
  it('is the SHA-256 of the policy in effect', () => {
    expect(policyDigest(policy)).toBe('sha256:82abdfa1673eb1b55fbaf78520b848f056c1f478e743c05f8bda558200421a20');
  });

  it('does not change with the name of a key\'s file', () => {
    const moved = { ...policy, capsule: { ...policy.capsule, signers: [{ ...signer, label: 'keys/new.pub' }] } };

    expect(policyDigest(moved)).toBe(policyDigest(policy));
  });

  it('does not change where a list that came later is empty', () => {
    expect(policyDigest({ ...policy, allow: { ...policy.allow, hosts: [] } })).toBe(policyDigest(policy));
  });

  it('changes with everything that can change a verdict', () => {
    const { capsule } = policy;
    const asking = { ...policy.require, provenance: true };
    const image = { repository: 'ghcr.io/a/c', signers: [], threshold: 1, provenance: { signers: [], builders: [] } };
    const variants: readonly Policy[] = [
      policy,
      { ...policy, mode: 'audit' },
      { ...policy, capsule: { ...capsule, name: 'web' } },
      { ...policy, capsule: { ...capsule, repository: 'ghcr.io/a/b' } },
      { ...policy, capsule: { ...capsule, threshold: 2 } },
      { ...policy, capsule: { ...capsule, signers: [{ ...signer, fingerprint: `sha256:${'b'.repeat(64)}` }] } },
      { ...policy, capsule: { ...capsule, signers: [{ ...signer, notAfterMs: 1 }] } },
      { ...policy, capsule: { ...capsule, signers: [{ ...signer, notBeforeMs: 1 }] } },
      { ...policy, capsule: { ...capsule, signers: [keyless] } },
      { ...policy, capsule: { ...capsule, signers: [{ ...keyless, issuer: 'c' }] } },
      { ...policy, capsule: { ...capsule, signers: [{ ...keyless, identity: { kind: 'pattern', value: 'b' } }] } },
      { ...policy, capsule: { ...capsule, signers: [{ ...keyless, github: { ref: 'b' } }] } },
      { ...policy, capsule: { ...capsule, signers: [{ ...keyless, evidence: { ...keyless.evidence, scts: 0 } }] } },
      { ...policy, image },
      { ...policy, image: { ...image, signers: [signer] } },
      { ...policy, image: { ...image, threshold: 2 } },
      { ...policy, require: asking, image },
      { ...policy, require: asking, image: { ...image, provenance: { signers: [signer], builders: [] } } },
      { ...policy, require: asking, image: { ...image, provenance: { signers: [], builders: ['a'] } } },
      { ...policy, source: { repository: 'https://h/a', include: [], exclude: [] } },
      { ...policy, source: { repository: 'https://h/a', path: '.', include: [], exclude: [] } },
      { ...policy, source: { repository: 'https://h/a', include: ['x'], exclude: [] } },
      { ...policy, source: { repository: 'https://h/a', include: [], exclude: ['x'] } },
      { ...policy, summary },
      { ...policy, summary: { ...summary, signers: [signer] } },
      { ...policy, summary: { ...summary, policyDigest: `sha256:${'d'.repeat(64)}` } },
      { ...policy, summary: { ...summary, stage: 'uat' } },
      { ...policy, summary: { ...summary, maxAgeMs: 2 } },
      { ...policy, packageKind: 'helm' },
      { ...policy, require: { ...policy.require, provenance: true } },
      { ...policy, require: { ...policy.require, sbom: true } },
      { ...policy, require: { ...policy.require, lineage: true, lockedImages: false } },
      { ...policy, require: { ...policy.require, lockedImages: true } },
      { ...policy, pairing: 'locked' },
      { ...policy, tagRule: 'any' },
      { ...policy, trustedRoot: root },
      { ...policy, trustedRoot: { ...root, source: 'public-good' } },
      { ...policy, allow: { references: ['a'], unlockedImages: [] } },
      { ...policy, allow: { references: [], unlockedImages: ['a'] } },
      { ...policy, allow: { ...policy.allow, hosts: ['a'] } },
      { ...policy, allow: { ...policy.allow, hosts: ['b'] } },
      { ...policy, deny: [{ what: 'signer', value: 'a', reason: 'b' }] },
      { ...policy, deny: [{ what: 'image', value: 'a', reason: 'b' }] },
    ];

    expect(new Set(variants.map(policyDigest)).size).toBe(variants.length);
  });
});
