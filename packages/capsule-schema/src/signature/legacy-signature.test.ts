import { expect, test } from 'vitest';
import { parseDigest } from '../digest.ts';
import { legacyTag } from './legacy-signature.ts';

test.each([
  ['signature', 'sig'],
  ['attestation', 'att'],
] as const)('the tag of a legacy %s is the digest with the suffix .%s', (kind, suffix) => {
  const hex = 'ab'.repeat(32);

  expect(legacyTag(parseDigest(`sha256:${hex}`), kind)).toBe(`sha256-${hex}.${suffix}`);
});
