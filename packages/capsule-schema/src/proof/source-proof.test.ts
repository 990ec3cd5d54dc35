import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SchemaError } from '../errors.ts';
import { formatSourceProof, parseSourceProof } from './source-proof.ts';

const proof = { objectFormat: 'sha1' as const, commit: Buffer.from('commit'),
  trees: [Buffer.from('a'), Buffer.alloc(0)] };
const text = Buffer.from(formatSourceProof(proof)).toString();

describe('parseSourceProof', () => {
  it('reads what formatSourceProof wrote', () => {
    const bytes = fc.uint8Array({ maxLength: 50 });
    fc.assert(
      fc.property(fc.constantFrom('sha1' as const, 'sha256' as const), bytes, fc.array(bytes),
        (objectFormat, commit, trees) => {
        const written = formatSourceProof({ objectFormat, commit, trees });
        const read = parseSourceProof(written);
        expect(Buffer.from(read.commit).equals(commit)).toBe(true);
        expect(read.trees.map((tree) => Buffer.from(tree).toString('hex'))).toEqual(
          trees.map((tree) => Buffer.from(tree).toString('hex')),
        );
        expect(Buffer.from(formatSourceProof(read)).equals(written)).toBe(true);
      }),
    );
  });

  it.each([
    ['white space', text.replace(',', ', ')],
    ['a final newline', `${text}\n`],
    ['a byte order mark', `\ufeff${text}`],
    ['an unknown key', text.replace('{', '{"a":1,')],
    ['a prototype key', text.replace('{', '{"__proto__":{"x":1},')],
    ['a duplicate key', text.replace('{', '{"commit":"",')],
    ['a missing key', text.replace(/"trees".*/, '"trees2":[]}')],
    ['another version', text.replace('/v1', '/v2')],
    ['an unknown hash', text.replace('sha1', 'md5')],
    ['base64 with slack bits', text.replace('"YQ=="', '"YR=="')],
    ['base64 without padding', text.replace('"YQ=="', '"YQ"')],
    ['URL-safe base64', text.replace('"YQ=="', '"_-8="')],
    ['base64 with a line break', text.replace('"YQ=="', '"YQ==\\n"')],
    ['an escaped character', text.replace('"YQ=="', '"\\u0059Q=="')],
    ['a number for an object', text.replace('"YQ=="', '1')],
    ['no list of trees', text.replace(/"trees":\[.*\]/, '"trees":{}')],
    ['a list for an object', '[]'],
    ['null', 'null'],
    ['nothing', ''],
    ['deep nesting', '['.repeat(1_000_000)],
  ])('refuses %s', (_, changed) => {
    expect(changed).not.toBe(text);
    const parsing = (): unknown => parseSourceProof(Buffer.from(changed));
    expect(parsing).toThrow(expect.objectContaining({ code: 'SOURCE_PROOF_INVALID' }));
  });

  it('refuses a file over the limit before reading it', () => {
    const bytes = new Uint8Array(16 * 1024 * 1024 + 1);
    expect(() => parseSourceProof(bytes)).toThrow(expect.objectContaining({ code: 'LIMIT_EXCEEDED' }));
  });

  it('refuses to write what it would refuse to read', () => {
    const large = { ...proof, trees: [Buffer.alloc(13 * 1024 * 1024)] };
    expect(() => formatSourceProof(large)).toThrow(expect.objectContaining({ code: 'LIMIT_EXCEEDED' }));
    const many = { ...proof, trees: Array.from({ length: 50_001 }, () => Buffer.alloc(0)) };
    expect(() => formatSourceProof(many)).toThrow(SchemaError);
  });

  it('gives a value or a SchemaError for any bytes and any changed byte', () => {
    const changed = fc.tuple(fc.nat(text.length - 1), fc.nat(255)).map(([at, byte]) => {
      const bytes = Buffer.from(text);
      bytes[at] = byte;
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), changed), (bytes) => {
        try {
          parseSourceProof(bytes);
        } catch (error) {
          if (!(error instanceof SchemaError)) throw error;
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
