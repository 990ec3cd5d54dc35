import { describe, expect, it } from 'vitest';
import type { KeySigner, Policy } from './policy.ts';
import { policyDigest } from './policy-digest.ts';

const signer: KeySigner = {
  kind: 'key',
  label: 'cosign.pub',
  fingerprint: `sha256:${'a'.repeat(64)}`,
  publicKeyPem: 'pem',
};
const policy: Policy = {
  mode: 'enforce',
  capsule: { name: 'app', signers: [signer], threshold: 1 },
  require: { provenance: false, sbom: false, lineage: false },
  pairing: 'image',
  tagRule: 'git-commit',
  allow: { externalReferences: [], unlockedImages: [] },
  deny: [],
};

describe('policyDigest', () => {
  it('is the SHA-256 of the policy in effect', () => {
    expect(policyDigest(policy)).toBe('sha256:4edc7080b188b0d59a04008eaa7eb6afe3fb8a2d8f103ec36db7f7183ff17361');
  });

  it('does not change with the name of a key\'s file', () => {
    const moved = { ...policy, capsule: { ...policy.capsule, signers: [{ ...signer, label: 'keys/new.pub' }] } };

    expect(policyDigest(moved)).toBe(policyDigest(policy));
  });

  it('changes with everything that can change a verdict', () => {
    const { capsule } = policy;
    const variants: readonly Policy[] = [
      policy,
      { ...policy, mode: 'audit' },
      { ...policy, capsule: { ...capsule, name: 'web' } },
      { ...policy, capsule: { ...capsule, repository: 'ghcr.io/a/b' } },
      { ...policy, capsule: { ...capsule, threshold: 2 } },
      { ...policy, capsule: { ...capsule, signers: [{ ...signer, fingerprint: `sha256:${'b'.repeat(64)}` }] } },
      { ...policy, capsule: { ...capsule, signers: [{ ...signer, notAfterMs: 1 }] } },
      { ...policy, capsule: { ...capsule, signers: [{ ...signer, notBeforeMs: 1 }] } },
      { ...policy, capsule: { ...capsule, signers: [{ kind: 'keyless', issuer: 'a', identity: 'b' }] } },
      { ...policy, image: { repository: 'ghcr.io/a/c', signers: [] } },
      { ...policy, source: { repository: 'https://h/a', include: [], exclude: [] } },
      { ...policy, source: { repository: 'https://h/a', path: '.', include: [], exclude: [] } },
      { ...policy, source: { repository: 'https://h/a', include: ['x'], exclude: [] } },
      { ...policy, source: { repository: 'https://h/a', include: [], exclude: ['x'] } },
      { ...policy, packageKind: 'helm' },
      { ...policy, require: { ...policy.require, provenance: true } },
      { ...policy, require: { ...policy.require, sbom: true } },
      { ...policy, require: { ...policy.require, lineage: true } },
      { ...policy, pairing: 'locked' },
      { ...policy, tagRule: 'any' },
      { ...policy, trustedRoot: 'public-good' },
      { ...policy, allow: { externalReferences: ['a'], unlockedImages: [] } },
      { ...policy, allow: { externalReferences: [], unlockedImages: ['a'] } },
      { ...policy, deny: [{ what: 'signer', value: 'a', reason: 'b' }] },
      { ...policy, deny: [{ what: 'image', value: 'a', reason: 'b' }] },
    ];

    expect(new Set(variants.map(policyDigest)).size).toBe(variants.length);
  });
});
