import { describe, expect, test } from 'vitest';
import { signatureStatement } from './statement.ts';

const hex = '0123456789abcdef'.repeat(4);

describe('the statement of a signature', () => {
  test('has exactly the bytes that cosign signs', () => {
    expect(Buffer.from(signatureStatement(`sha256:${hex}`)).toString()).toBe(
      '{"_type":"https://in-toto.io/Statement/v1",' +
        `"subject":[{"digest":{"sha256":"${hex}"},"annotations":{}}],` +
        '"predicateType":"https://sigstore.dev/cosign/sign/v1","predicate":{}}',
    );
  });

  test.each([`sha512:${hex}${hex}`, hex, `sha256:${hex.toUpperCase()}`, `sha256:${hex}0`, `sha256:${hex}\n`])(
    'is not made for %j',
    (digest) => {
      expect(() => signatureStatement(digest)).toThrowError(expect.objectContaining({ code: 'NOT_A_CAPSULE' }));
    },
  );
});
