import { describe, expect, test } from 'vitest';
import type { PolicySigner, TrustedIdentity } from '../policy/policy.ts';
import { countSigners } from './count-signers.ts';
import { identitySigner } from './testing/identity.ts';
import { newKey } from './testing/signing.ts';
import type { CountedSignature } from './counted-signature.ts';

const anna = identitySigner('anna@example.com');
const anybody: TrustedIdentity = { ...anna, identity: { kind: 'pattern', value: '.*@example\\.com' } };
const key = newKey().signer;

describe('counting signers', () => {
  test.each([
    ['nobody', [], 0],
    ['one person', [by(anna, 'anna@example.com')], 1],
    ['one person who is two entries', [by(anna, 'anna@example.com'), by(anybody, 'anna@example.com')], 1],
    ['two people who are one entry', [by(anybody, 'anna@example.com'), by(anybody, 'ben@example.com')], 1],
    ['two people, one of whom is two entries', [by(anybody, 'anna@example.com'), by(anna, 'anna@example.com'), by(anybody, 'ben@example.com')], 2],
    ['a key and a person', [by(key), by(anna, 'anna@example.com')], 2],
    ['two names of one key', [by(key), by({ ...key, label: 'again.pub' })], 1],
    ['one identity by two issuers', [by(anna, 'anna@example.com'), by({ ...anna, issuer: 'https://other.example' }, 'anna@example.com')], 2],
  ])('counts %s', (_what, accepted, count) => {
    expect(countSigners(accepted)).toBe(count);
    expect(countSigners(accepted.toReversed())).toBe(count);
  });
});

function by(signer: PolicySigner, identity?: string): CountedSignature {
  return { signer, signedAt: [], logged: [], ...(identity !== undefined && { identity }) };
}
