import { isDigest } from '@release-capsule/schema';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Refusal } from './refusal.ts';
import { parseStatement, refusePredicate, refuseSubject } from './statement.ts';
import { encode, provenanceType, signType, statement } from './testing/signing.ts';

const hex = 'ab'.repeat(32);
const other = 'cd'.repeat(32);
const formerType = 'https://in-toto.io/Statement/v0.1';

describe('the statement of a signature', () => {
  test.each([
    ['as cosign writes it', {}],
    ['with annotations (cosign sign -a)', { subject: [{ digest: { sha256: hex }, annotations: { team: 'a' } }] }],
    ['with a named subject', { subject: [{ name: 'app', digest: { sha256: hex } }] }],
    ['with a field from the future', { extra: true }],
  ])('is accepted %s', (_what, changes) => {
    expect(judge(statement(`sha256:${hex}`, changes))).toBeUndefined();
  });

  test.each([
    ['of another digest', { subject: [{ digest: { sha256: other } }] }, 'SIGNATURE_OTHER_SUBJECT'],
    ['of the digest in capitals', { subject: [{ digest: { sha256: hex.toUpperCase() } }] }, 'SIGNATURE_OTHER_SUBJECT'],
    ['of two subjects', { subject: twice({ digest: { sha256: hex } }) }, 'SIGNATURE_SEVERAL_SUBJECTS'],
    ['of no subject', { subject: [] }, 'SIGNATURE_MALFORMED'],
    ['of a second digest', { subject: [{ digest: { sha256: hex, sha512: hex } }] }, 'SIGNATURE_MALFORMED'],
    ['of another algorithm', { subject: [{ digest: { sha512: hex } }] }, 'SIGNATURE_MALFORMED'],
    ['of a digest in a list', { subject: [{ digest: { sha256: [hex] } }] }, 'SIGNATURE_MALFORMED'],
    ['of a subject without digest', { subject: [{ name: 'app' }] }, 'SIGNATURE_MALFORMED'],
    ['of a subject that is no list', { subject: { digest: { sha256: hex } } }, 'SIGNATURE_MALFORMED'],
    ['with another predicate', { predicateType: provenanceType }, 'SIGNATURE_NOT_A_SIGNATURE'],
    ['with a longer predicate type', { predicateType: `${signType}1` }, 'SIGNATURE_NOT_A_SIGNATURE'],
    ['that cosign attest writes', { _type: formerType, predicateType: provenanceType }, 'SIGNATURE_NOT_A_SIGNATURE'],
    ['without predicate type', { predicateType: undefined }, 'SIGNATURE_MALFORMED'],
    ['of an older version', { _type: formerType }, 'SIGNATURE_MALFORMED'],
    ['of a later version', { _type: 'https://in-toto.io/Statement/v2' }, 'SIGNATURE_MALFORMED'],
  ])('is refused %s', (_what, changes, code) => {
    expect(judge(statement(`sha256:${hex}`, changes))).toMatchObject({ kind: 'refusal', code });
  });

  test('is refused where it names two digests under one key', () => {
    const text = statement(`sha256:${hex}`).toString();
    const twofold = text.replace('"digest":', `"digest":{"sha256":"${other}"},"digest":`);

    expect(judge(Buffer.from(twofold))).toMatchObject({ code: 'SIGNATURE_MALFORMED' });
  });

  test('is a value or a refusal, whatever the bytes', () => {
    const shapes = fc.record({
      _type: fc.constantFrom('https://in-toto.io/Statement/v1', formerType),
      predicateType: fc.oneof(fc.string(), fc.constant(signType)),
      subject: fc.oneof(fc.jsonValue(), fc.array(fc.record({ digest: fc.jsonValue() }))),
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.jsonValue().map(encode), shapes.map(encode)), (bytes) => {
        expect(judge(bytes)).toMatchObject({ kind: 'refusal' });
      }),
    );
  });
});

function judge(bytes: Uint8Array): Refusal | undefined {
  const digest = `sha256:${hex}`;
  if (!isDigest(digest)) throw new Error('the test has a bad digest');
  const parsed = parseStatement(bytes);
  return parsed.kind === 'refusal' ? parsed : (refusePredicate(parsed, signType) ?? refuseSubject(parsed, digest));
}

function twice<T>(value: T): readonly T[] {
  return [value, value];
}
