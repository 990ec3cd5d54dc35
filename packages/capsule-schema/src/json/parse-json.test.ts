import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SchemaError } from '../errors.ts';
import { refusal } from '../testing/refusal.ts';
import { canonicalJson, type JsonValue } from './canonical-json.ts';
import { parseCanonicalJson } from './parse-json.ts';

const options = { what: 'the document', maxBytes: 10_000_000 };

function parse(text: string | Uint8Array): JsonValue {
  return parseCanonicalJson(Buffer.from(text), options);
}

describe('parseCanonicalJson', () => {
  it('reads what canonicalJson writes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const bytes = canonicalJson(value as JsonValue);
        expect(canonicalJson(parse(bytes))).toEqual(bytes);
      }),
    );
  });

  it.each([
    ['a duplicate key', '{"a":1,"a":1}'],
    ['a duplicate key, the second escaped', '{"a":1,"\\u0061":2}'],
    ['keys out of order', '{"b":1,"a":2}'],
    ['white space', '{"a": 1}'],
    ['a line end', '{"a":1}\n'],
    ['another spelling of a number', '{"a":1.0}'],
    ['an exponent', '{"a":1e3}'],
    ['a negative zero', '-0'],
    ['a number beyond a double', '9007199254740993'],
    ['another spelling of a text', '"\\u0061"'],
    ['an escaped slash', '"\\/"'],
    ['an escaped lone surrogate', '"\\ud800"'],
    ['a byte order mark', '\ufeff{}'],
    ['a comment', '{}//'],
    ['no value', ''],
    ['two values', '{}{}'],
    ['NaN', 'NaN'],
    ['an infinity', '1e999'],
    ['an open text', '"a'],
    ['deep nesting', '['.repeat(2_000_000) + ']'.repeat(2_000_000)],
    ['deep nesting of objects', '{"a":'.repeat(200_000) + '1' + '}'.repeat(200_000)],
  ])('refuses %s', (_what, text) => {
    expect(() => parse(text)).toThrow(refusal('JSON_INVALID'));
  });

  it.each([
    ['a bare continuation byte', [0x22, 0x80, 0x22]],
    ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22]],
    ['an encoded surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22]],
  ])('refuses %s', (_what, bytes) => {
    expect(() => parse(Uint8Array.from(bytes))).toThrow(refusal('JSON_INVALID'));
  });

  it('refuses more bytes than its limit, unread', () => {
    const bytes = Buffer.alloc(11, ' ');
    expect(() => parseCanonicalJson(bytes, { what: 'x', maxBytes: 10 })).toThrow(refusal('LIMIT_EXCEEDED'));
  });

  it('gives a value or a typed error for any bytes', () => {
    const texts = fc.oneof(fc.string(), fc.json(), fc.uint8Array());
    fc.assert(
      fc.property(texts, (text) => {
        try {
          const value = parse(typeof text === 'string' ? text : Buffer.from(text));
          expect(Buffer.from(canonicalJson(value)).equals(Buffer.from(text))).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(SchemaError);
        }
      }),
    );
  });
});
