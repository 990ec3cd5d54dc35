import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refusal } from '../testing/refusal.ts';
import { canonicalJson, type JsonValue } from './canonical-json.ts';

function write(value: JsonValue): string {
  return Buffer.from(canonicalJson(value)).toString();
}

function doubleOf(hex: string): number {
  return Buffer.from(hex, 'hex').readDoubleBE();
}

describe('canonicalJson', () => {
  // RFC 8785, appendix B.
  it.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555554', '333333333.33333325'],
    ['41b3de4355555555', '333333333.3333333'],
    ['41b3de4355555556', '333333333.3333334'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('writes the double %s as %s', (bits, text) => {
    expect(write(doubleOf(bits))).toBe(text);
  });

  it.each(['7fffffffffffffff', '7ff0000000000000', 'fff0000000000000'])('refuses the double %s', (bits) => {
    expect(() => write(doubleOf(bits))).toThrow(refusal('JSON_INVALID'));
  });

  it('writes the example of RFC 8785, section 3.2.4', () => {
    const value = JSON.parse(String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`) as JsonValue;
    expect(write(value)).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],` +
        String.raw`"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  it('sorts keys by UTF-16 code units, as the example of section 3.2.3', () => {
    const names = ['\u20ac', '\r', '\ufb33', '1', '\u{1f600}', '\u0080', '\u00f6'];
    const sorted = ['\r', '1', '\u0080', '\u00f6', '\u20ac', '\u{1f600}', '\ufb33'];
    const text = write(Object.fromEntries(names.map((name) => [name, name])));
    expect(text).toBe(`{${sorted.map((name) => `${JSON.stringify(name)}:${JSON.stringify(name)}`).join(',')}}`);
  });

  it('sorts keys that are numbers as texts, and takes the names of the prototype', () => {
    const value = JSON.parse('{"9":1,"10":2,"__proto__":{"b":1,"a":2},"constructor":3}') as JsonValue;
    expect(write(value)).toBe('{"10":2,"9":1,"__proto__":{"a":2,"b":1},"constructor":3}');
  });

  it.each(['\ud800', '\udc00', 'a\udfff', '\udc00\ud800'])('refuses the lone surrogate in %j', (text) => {
    expect(() => write(text)).toThrow(refusal('JSON_INVALID'));
    expect(() => write({ [text]: 1 })).toThrow(refusal('JSON_INVALID'));
  });

  it('writes 128 levels of nesting, and refuses more instead of running out of stack', () => {
    const nest = (levels: number): JsonValue => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`) as JsonValue;
    expect(write(nest(128))).toHaveLength(256);
    expect(() => write(nest(129))).toThrow(refusal('JSON_INVALID'));
    expect(() => write(nest(1_000_000))).toThrow(refusal('JSON_INVALID'));
  });

  it('writes what JSON reads back as the same value, whatever the order of its keys', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const text = write(value as JsonValue);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(write(reversed(JSON.parse(text) as JsonValue))).toBe(text);
      }),
    );
  });
});

function reversed(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => reversed(item));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([key, member]): [string, JsonValue] => [key, reversed(member)]);
  return Object.fromEntries(members.toReversed());
}
