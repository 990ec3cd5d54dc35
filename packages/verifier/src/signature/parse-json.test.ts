import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJson } from './parse-json.ts';

describe('parsing strict JSON', () => {
  test('reads every JSON value, with or without white space', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), fc.integer({ min: 0, max: 3 }), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        expect(parseJson(Buffer.from(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  test('is not misled by colons, quotes and escapes in strings', () => {
    const value = { 'a:"b\\': ':{"x":1}', '__proto__:': ['\\', '"', ':'], 'é\u2028': { ':': ':' } };

    expect(parseJson(Buffer.from(JSON.stringify(value)))).toEqual(value);
  });

  test.each([
    ['a key twice', '{"a":1,"a":2}'],
    ['a key twice, once escaped', '{"a":1,"\\u0061":2}'],
    ['a key twice, deep inside', '[{"x":{"a":[],"b":{"c":1},"a":{"d":1}}}]'],
    ['__proto__ twice', '{"__proto__":1,"__proto__":2}'],
    ['a byte order mark', '\ufeff{}'],
    ['text behind the value', '{} {}'],
    ['nothing', ''],
  ])('refuses %s', (_what, text) => {
    expect(() => parseJson(Buffer.from(text))).toThrowError(SyntaxError);
  });

  test('refuses bytes that are not UTF-8', () => {
    expect(() => parseJson(Buffer.from([0x22, 0xff, 0x22]))).toThrowError(SyntaxError);
  });

  test('survives any depth', () => {
    const depth = 200_000;
    const outcome = ((): unknown => {
      try {
        return Array.isArray(parseJson(Buffer.from('['.repeat(depth) + ']'.repeat(depth))));
      } catch (error) {
        return error instanceof Error;
      }
    })();

    expect(outcome).toBe(true);
  });
});
