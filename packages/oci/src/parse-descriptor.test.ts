import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestOf } from './digest.ts';
import { OciError } from './errors.ts';
import { inlineContent, withInlineContent } from './inline-content.ts';
import { parseDescriptor } from './parse-descriptor.ts';
import { bytesOf } from './testing/collect.ts';
import { expectCode } from './testing/expect-code.ts';

const digest = digestOf(bytesOf('{}'));
const minimal = { mediaType: 'application/json', digest, size: 2 };

describe('parseDescriptor', () => {
  it('takes every field that it knows and leaves out the others', () => {
    const full = { ...minimal, artifactType: 'application/vnd.a', annotations: { a: 'b' }, data: 'e30=' };
    expect(parseDescriptor({ ...full, platform: { os: 'linux' }, urls: ['https://example.com'] })).toEqual(full);
  });

  it.each([
    ['a negative size', { size: -1 }],
    ['a fraction', { size: 0.5 }],
    ['a size beyond 2^53-1', { size: 2 ** 53 }],
    ['a size as text', { size: '2' }],
    ['no size', { size: undefined }],
    ['an infinite size', { size: Infinity }],
    ['no media type', { mediaType: undefined }],
    ['an empty media type', { mediaType: '' }],
    ['a media type with a parameter', { mediaType: 'text/plain; charset=utf-8' }],
    ['a media type with a line break', { mediaType: 'text/plain\n' }],
    ['a digest that climbs out of its directory', { digest: 'sha256:../../etc/passwd' }],
    ['a number as digest', { digest: 5 }],
    ['an empty artifact type', { artifactType: '' }],
    ['a null artifact type', { artifactType: null }],
    ['annotations in a list', { annotations: [] }],
    ['a number as annotation', { annotations: { a: 1 } }],
    ['too many annotations', { annotations: Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [i, ''])) }],
    ['data that is no text', { data: {} }],
    ['data without bound', { data: 'A'.repeat(6 * 1024 * 1024 + 1) }],
  ])('refuses %s', async (_, change) => {
    const error = await expectCode('DESCRIPTOR_INVALID', () => parseDescriptor({ ...minimal, ...change }, 'layers[3]'));
    expect(error.message).toContain(`layers[3].${Object.keys(change)[0]}`);
    expect(error.message.length).toBeLessThan(400);
  });

  it('keeps an annotation named __proto__ as an ordinary key', () => {
    const json = JSON.stringify(minimal).replace('}', ',"annotations":{"__proto__":"x"}}');
    const parsed = parseDescriptor(JSON.parse(json));
    expect(Object.keys(parsed.annotations ?? {})).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(parsed.annotations)).toBe(Object.prototype);
  });

  it('answers any value with a descriptor or a typed error', () => {
    const field = fc.option(fc.anything(), { nil: undefined });
    const near = fc.record({ mediaType: field, digest: field, size: field, data: field, annotations: field });
    const name = fc.constantFrom('mediaType', 'digest', 'size', 'data', 'annotations');
    const changed = fc.tuple(name, field).map(([key, value]) => ({ ...minimal, [key]: value }));
    fc.assert(
      fc.property(fc.oneof(fc.anything(), near, changed), (value) => {
        try {
          const parsed = parseDescriptor(value);
          expect(parseDescriptor(parsed)).toEqual(parsed);
        } catch (error) {
          expect(error).toBeInstanceOf(OciError);
        }
      }),
    );
  });
});

describe('inlineContent', () => {
  it('returns the bytes that size and digest name', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const descriptor = { mediaType: 'application/json', digest: digestOf(bytes), size: bytes.length };
        expect(inlineContent(withInlineContent(descriptor, bytes))).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it.each([
    ['nothing', {}],
    ['other bytes of the same size', { data: 'e10=' }],
    ['the right bytes and one more', { data: 'e30A' }],
    ['the right bytes under a wrong size', { data: 'e30=', size: 3 }],
    ['a spelling of base64 that is not canonical', { data: 'e31=' }],
    ['base64 with a line break', { data: 'e3\n=' }],
    ['base64 without padding', { data: 'e30' }],
    ['base64url', { data: '_-8=' }],
  ])('returns nothing for %s', (_, change) => {
    expect(inlineContent({ ...minimal, ...change })).toBeUndefined();
  });
});
