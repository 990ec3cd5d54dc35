import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseStrictJson, readJsonObject } from './strict-json.ts';
import { bytesOf } from './testing/collect.ts';
import { expectCode } from './testing/expect-code.ts';

describe('parseStrictJson', () => {
  const parse = (text: string | Uint8Array) => parseStrictJson(typeof text === 'string' ? bytesOf(text) : text, 'it');

  it.each([
    '{"a":1,"a":2}',
    '{"a":1,"\\u0061":2}',
    '{"a":{"b":1},"a":2}',
    '[{"x":[],"y":{},"x":1}]',
    `{"a"${' '.repeat(10_000)}:1,"a":2}`,
    '{"__proto__":1,"__proto__":2}',
    '{"a\\"b":1,"a\\"b":2}',
    '{"a\\\\":1,"a\\\\":2}',
    '{"a\\\\\\"":1,"a\\\\\\"":2}',
  ])('refuses the doubled key in %.40s', async (text) => {
    expect((await expectCode('MANIFEST_INVALID', () => parse(text))).message).toContain('twice');
  });

  it('does not take values, escapes or brackets in strings for keys', () => {
    const text = '{"a":"b","b":["a","a",{"a":"{\\"a\\":1,"}],"c\\\\":"}","d":{"a":",","b":":"}}';
    expect(parse(text)).toEqual(JSON.parse(text));
  });

  it('refuses a byte order mark, bad UTF-8 and what is no JSON', async () => {
    await expectCode('MANIFEST_INVALID', () => parse('\uFEFF{}'));
    await expectCode('MANIFEST_INVALID', () => parse(Uint8Array.of(0x22, 0xff, 0x22)));
    await expectCode('MANIFEST_INVALID', () => parse('{} {}'));
    await expectCode('MANIFEST_INVALID', () => parse(''));
  });

  it('survives four million brackets and a four-megabyte string', async () => {
    const depth = 2_000_000;
    await expectCode('MANIFEST_INVALID', () => parse(`${'['.repeat(depth)}${']'.repeat(depth)}`));
    expect(parse(`"${'\\n'.repeat(2_000_000)}"`)).toHaveLength(2_000_000);
    expect(parse(`"${'\\\\\\"'.repeat(1_000_000)}"`)).toHaveLength(2_000_000);
  });

  it('takes what is as deep as it may be, and nothing deeper', async () => {
    const nested = (depth: number) => bytesOf(JSON.parse('['.repeat(depth) + ']'.repeat(depth)));
    expect(parseStrictJson(nested(32), 'it')).toHaveLength(1);
    expect((await expectCode('MANIFEST_INVALID', () => parseStrictJson(nested(33), 'it'))).message).toContain('32');
    expect(parseStrictJson(nested(40), 'it', { maxDepth: 40 })).toHaveLength(1);
    await expectCode('MANIFEST_INVALID', () => parseStrictJson(nested(41), 'it', { maxDepth: 40 }));
  });

  it('is not misled by colons, quotes and escapes in keys and values', () => {
    const value = { 'a:"b\\': ':{"x":1}', '__proto__:': ['\\', '"', ':'], 'é\u2028': { ':': ':' } };
    expect(parse(JSON.stringify(value))).toEqual(value);
  });

  it('reads what JSON.parse reads, for every value without doubled keys', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });
});

describe('readJsonObject', () => {
  it('reads an object', () => {
    expect(readJsonObject(bytesOf('{"a":[1]}'))).toEqual({ a: [1] });
  });

  it.each(['[]', 'null', '"a"', '{', '{"a":1,"a":2}', ''])('reads nothing out of %j', (text) => {
    expect(readJsonObject(bytesOf(text))).toBeUndefined();
  });
});
