import { createPublicKey } from 'node:crypto';
import { keyFingerprint } from '@release-capsule/schema';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprintOfHint } from './key-hint.ts';
import { cosignVector } from './testing/cosign-vector.ts';

describe('the hint of a key in a bundle', () => {
  it('is the fingerprint of the key, as cosign has written it', () => {
    const { hint } = JSON.parse(cosignVector.bundle).verificationMaterial.publicKey;

    expect(fingerprintOfHint(hint)).toBe(keyFingerprint(createPublicKey(cosignVector.publicKeyPem)));
  });

  it('is read back from any digest', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (digest) => {
        expect(fingerprintOfHint(Buffer.from(digest).toString('base64'))).toBe(`sha256:${Buffer.from(digest).toString('hex')}`);
      }),
    );
  });

  it('names no key where another tool has written something else', () => {
    const others = ['', 'a key', `sha256:${'a'.repeat(64)}`, '\n    - key: evil.pub\nmode: audit', ` ${Buffer.alloc(32).toString('base64')}`];

    expect(others.map(fingerprintOfHint)).toEqual(others.map(() => undefined));
    fc.assert(
      fc.property(fc.string(), (hint) => {
        expect(fingerprintOfHint(hint) ?? `sha256:${'0'.repeat(64)}`).toMatch(/^sha256:[0-9a-f]{64}$/);
      }),
    );
  });
});
