import { describe, expect, it } from 'vitest';
import { identitySigner } from '../signature/testing/identity.ts';
import { newKey } from '../signature/testing/signing.ts';
import type { TrustedIdentity } from './policy.ts';
import { isNamedBy, isSameSigner } from './same-signer.ts';

const workflow = 'https://github.com/example/app/.github/workflows/release.yml@refs/heads/main';
const issuer = 'https://token.actions.githubusercontent.com';
const exact = identitySigner(workflow, issuer);
const pattern: TrustedIdentity = { ...exact, identity: { kind: 'pattern', value: 'https://github\\.com/example/.*' } };

describe('two signers of a policy are one', () => {
  it('by their key, whatever its file is called and whatever else is asked', () => {
    const { signer } = newKey();
    const again = { ...signer, label: 'other.pub', notAfterMs: 1, evidence: { ...signer.evidence, logEntries: 1 } };

    expect(isSameSigner(signer, again)).toBe(true);
    expect(isSameSigner(signer, newKey().signer)).toBe(false);
  });

  it('by their identity, whatever else is asked of the certificate, and whoever vouches for it', () => {
    expect(isSameSigner(exact, { ...exact, github: { ref: 'refs/heads/main' } })).toBe(true);
    expect(isSameSigner(exact, identitySigner(workflow, 'https://other.example'))).toBe(true);
    expect(isSameSigner(exact, identitySigner(`${workflow}2`, issuer))).toBe(false);
  });

  it('by a pattern that the identity matches, both ways round, for one issuer', () => {
    expect([isSameSigner(exact, pattern), isSameSigner(pattern, exact)]).toEqual([true, true]);
    expect(isSameSigner(identitySigner(workflow, 'https://other.example'), pattern)).toBe(false);
    expect(isSameSigner(identitySigner(`evil ${workflow}`, issuer), pattern)).toBe(false);
  });

  it('by the text of two patterns', () => {
    expect(isSameSigner(pattern, { ...pattern, github: { trigger: 'push' } })).toBe(true);
    expect(isSameSigner(pattern, { ...pattern, identity: { kind: 'pattern', value: '.*' } })).toBe(false);
  });

  it('never by a key and an identity', () => {
    expect([isSameSigner(exact, newKey().signer), isSameSigner(newKey().signer, exact)]).toEqual([false, false]);
  });
});

it('an identity that two patterns match is told once somebody has signed', () => {
  expect(isNamedBy(workflow, issuer, pattern)).toBe(true);
  expect(isNamedBy(workflow, issuer, { ...pattern, identity: { kind: 'pattern', value: '.*' } })).toBe(true);
  expect(isNamedBy(workflow, 'https://other.example', pattern)).toBe(false);
});
