import { validate } from '#generated/policy';
import { describe, expect, it } from 'vitest';
import { nearestName } from './nearest-name.ts';
import { describeDefects } from './schema-defects.ts';

const knownKeys = ['apiVersion', 'kind', 'capsule', 'signers', 'threshold'];
const described = (data: unknown): string => {
  validate(data);
  return describeDefects(data, validate.errors ?? [], knownKeys);
};
const policy = (more: object): object => {
  return { apiVersion: 'release-capsule/v1', kind: 'Policy', capsule: { name: 'app' }, ...more };
};

describe('describeDefects', () => {
  it('says what is missing, and where', () => {
    expect(described({ apiVersion: 'release-capsule/v1', kind: 'Policy', capsule: {} })).toBe('capsule lacks "name"');
  });

  it('offers the key that was probably meant', () => {
    expect(described(policy({ capsule: { name: 'app', signer: [] } }))).toBe(
      'capsule has the unknown key "signer" (did you mean "signers"?)',
    );
  });

  it('says what was got and what was wanted', () => {
    expect(described(policy({ mode: 'Enforce' }))).toBe('mode is "Enforce", wanted "enforce" or "audit"');
    expect(described(policy({ capsule: { name: 7 } }))).toBe('capsule.name is 7, wanted a value of type string');
  });

  it('says of alternatives only that one is wanted', () => {
    expect(described(policy({ capsule: { name: 'app', signers: [{ notAfter: '2027-01-01T00:00:00Z' }] } }))).toBe(
      'capsule.signers[0] is a mapping, wanted exactly one of the keys that exclude each other',
    );
  });

  it('shows a few defects and counts the others', () => {
    expect(described(policy({ a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, g: 1 }))).toMatch(/; and 2 more$/);
  });

  it('repeats no character that a terminal would obey', () => {
    expect(described(policy({ 'a\u001b[2J': 1, '\u202ekind': 1 }))).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});

describe('nearestName', () => {
  it('finds the nearest name, and none where all are far', () => {
    expect(nearestName('treshold', knownKeys)).toBe('threshold');
    expect(nearestName('Capsule', knownKeys)).toBe('capsule');
    expect(nearestName('image', knownKeys)).toBeUndefined();
    expect(nearestName('x'.repeat(100_000), knownKeys)).toBeUndefined();
  });
});
