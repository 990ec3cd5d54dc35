import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { VerifyError } from '../errors.ts';
import type { Policy } from './policy.ts';
import { policyFromFlags } from './policy-from-flags.ts';
import { assertSupported, unsupportedClaims } from './unsupported-claims.ts';

const keyPem = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .publicKey.export({ type: 'spki', format: 'pem' })
  .toString();
const refusal = (act: () => unknown): VerifyError => {
  try {
    act();
  } catch (error) {
    if (error instanceof VerifyError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

describe('policyFromFlags', () => {
  it('makes the policy of the common case', () => {
    const imageRepository = 'ghcr.io/example/app';

    const policy = policyFromFlags({ name: 'app', keyPem, keyLabel: 'cosign.pub', imageRepository });

    expect(policy).toMatchObject({
      mode: 'enforce',
      capsule: { name: 'app', threshold: 1, signers: [{ kind: 'key', label: 'cosign.pub' }] },
      image: { repository: 'ghcr.io/example/app' },
      pairing: 'image',
      tagRule: 'git-commit',
    });
    expect(() => assertSupported(policy)).not.toThrow();
  });

  it('states a source only with its repository', () => {
    const flags = { name: 'app', keyPem, sourcePath: 'k8s' };

    expect(refusal(() => policyFromFlags(flags)).code).toBe('POLICY_INVALID');
    expect(policyFromFlags({ ...flags, sourceRepository: 'git@github.com:example/app.git' }).source).toEqual({
      repository: 'https://github.com/example/app',
      path: 'k8s',
      include: [],
      exclude: [],
    });
  });

  it('refuses where nobody is trusted', () => {
    expect(refusal(() => policyFromFlags({ name: 'app' })).code).toBe('TRUST_MISSING');
  });

  it('takes neither half of a certificate\'s name for the whole', () => {
    const issuer = { certificateOidcIssuer: 'https://issuer.example' };
    const identity = { certificateIdentity: 'release@example.com' };

    expect(refusal(() => policyFromFlags({ name: 'app', ...issuer })).message).toContain('both must be given');
    expect(refusal(() => policyFromFlags({ name: 'app', keyPem, ...identity })).message).toContain('both must be given');
    expect(() => policyFromFlags({ name: 'app', ...issuer, certificateIdentity: '' })).toThrow('both must be given');
  });

  it.each([
    ['name', { name: '../app', keyPem }],
    ['capsule repository', { name: 'app', keyPem, capsuleRepository: 'app' }],
    ['image repository', { name: 'app', keyPem, imageRepository: 'https://ghcr.io/example/app' }],
  ])('refuses a %s that cannot be', (_what, flags) => {
    expect(refusal(() => policyFromFlags(flags)).code).toBe('POLICY_INVALID');
  });
});

describe('unsupportedClaims', () => {
  const policy = policyFromFlags({ name: 'app', keyPem });

  it('lists everything that this version cannot judge', () => {
    const asking: Policy = { ...policy, require: { provenance: true, sbom: true, lineage: true, lockedImages: false } };

    expect(unsupportedClaims(asking)).toEqual([{ claim: 'LINEAGE', place: 'require.lineage' }]);
  });

  it('refuses such a policy rather than ignore what it asks for', () => {
    const error = refusal(() => assertSupported({ ...policy, require: { ...policy.require, lineage: true, lockedImages: false } }));

    expect(error.code).toBe('POLICY_UNSUPPORTED');
    expect(error.message).toContain('LINEAGE (require.lineage)');
  });
});
