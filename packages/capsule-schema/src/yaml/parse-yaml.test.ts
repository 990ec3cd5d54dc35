import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SchemaError } from '../errors.ts';
import { refusal } from '../testing/refusal.ts';
import { parseYaml } from './parse-yaml.ts';

const maxBytes = 64 * 1024;

function parse(text: string | Uint8Array): unknown {
  return parseYaml(Buffer.from(text), { what: 'the document', maxBytes });
}

function outcome(text: string | Uint8Array): unknown {
  try {
    return parse(text);
  } catch (error) {
    return error;
  }
}

function isValueOrSchemaError(result: unknown): boolean {
  return !(result instanceof Error) || result instanceof SchemaError;
}

/** Fills as many bytes as are read. */
function filled(piece: string): string {
  return piece.repeat(Math.floor(maxBytes / Buffer.byteLength(piece)));
}

describe('parseYaml', () => {
  it('reads JSON as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const text = JSON.stringify(value);
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('reads one document with comments and its markers', () => {
    expect(parse('# before\n---\na: "b" # after\nc: [1, two]\n...\n')).toEqual({ a: 'b', c: [1, 'two'] });
  });

  it('reads keys named like those of a prototype as keys', () => {
    const value = parse('__proto__: {a: b}\nconstructor: c\n') as object;
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it.each([
    ['nothing', ''],
    ['a comment alone', '# a\n'],
    ['a second document', 'a: b\n---\nc: d\n'],
    ['a second document that is empty', 'a: b\n---\n'],
    ['a duplicate key', 'a: b\na: b\n'],
    ['a duplicate key in another spelling', 'a: b\n"\\u0061": b\n'],
    ['a duplicate key that looks like a number', '1: a\n"1": b\n'],
    ['a duplicate key further down', 'a: [{b: c, b: d}]\n'],
    ['a key that is a list', '[a]: b\n'],
    ['a merge key', 'a: &b {c: d}\n<<: *b\n'],
    ['a merge key without an alias', '<<: {a: b}\n'],
    ['an anchor', 'a: &x b\n'],
    ['an alias', 'a: &x b\nc: *x\n'],
    ['an alias of nothing', 'a: *x\n'],
    ['a tag', 'a: !!str b\n'],
    ['the tag of a binary', 'a: !!binary aGk=\n'],
    ['a local tag', 'a: !x b\n'],
    ['a verbatim tag', 'a: !<tag:yaml.org,2002:str> b\n'],
    ['a non-specific tag', 'a: ! b\n'],
    ['the directive of YAML 1.1', '%YAML 1.1\n---\na: b\n'],
    ['the directive of YAML 1.2', '%YAML 1.2\n---\na: b\n'],
    ['a tag directive', '%TAG ! tag:x,2000:\n---\na: b\n'],
    ['a tag directive for the core tags', '%TAG !! tag:x,2000:\n---\na: b\n'],
    ['an unknown directive', '%FOO bar\n---\na: b\n'],
    ['a tab as indent', 'a:\n\tb: c\n'],
    ['an open quote', 'a: "b\n'],
    ['an open list', 'a: [b\n'],
    ['an unknown escape', 'a: "\\q"\n'],
    ['a reserved indicator', 'a: @b\n'],
    ['a control character', 'a: "\x01"\n'],
    ['UTF-16', Buffer.from('a: b\n', 'utf16le')],
    ['an overlong slash', Uint8Array.of(0x61, 0x3a, 0x20, 0xc0, 0xaf)],
    ['an encoded surrogate', Uint8Array.of(0x61, 0x3a, 0x20, 0xed, 0xa0, 0x80)],
  ])('refuses %s', (_what, text) => {
    expect(() => parse(text)).toThrow(refusal('YAML_INVALID'));
  });

  it('refuses the laughs of a billion aliases at the first', () => {
    const line = (level: number): string => `a${level}: &a${level} [${`*a${level - 1}, `.repeat(9)}]`;
    const levels = Array.from({ length: 30 }, (_, level) => line(level));
    expect(() => parse(`a-1: &a-1 lol\n${levels.join('\n')}\n`)).toThrow(refusal('YAML_INVALID'));
  });

  it.each(['[', '{a: ', '- ', '? ', '[[],', 'a: ', '"', '! ', '&a ', '*a ', '---\n', '{a,', '%', '|\n', 'a\n'])(
    'answers on 64 KiB of %j before long',
    (piece) => {
      expect(outcome(filled(piece))).toSatisfy(isValueOrSchemaError);
    },
    5000,
  );

  it('looks for duplicates among thousands of keys in linear time', { timeout: 5000 }, () => {
    const keys = Array.from({ length: 9000 }, (_, index) => `k${index}:`);
    expect(Object.keys(parse(keys.join('\n')) as object)).toHaveLength(9000);
    expect(() => parse([...keys, 'k0:'].join('\n'))).toThrow(refusal('YAML_INVALID'));
  });

  it('refuses more bytes than its limit, unread', () => {
    expect(parse(`#${' '.repeat(maxBytes - 4)}\na:`)).toEqual({ a: null });
    expect(() => parse(`#${' '.repeat(maxBytes - 3)}\na:`)).toThrow(refusal('YAML_TOO_LARGE'));
  });

  it('names the input in its message', () => {
    expect(() => parse('[')).toThrow(/^the document cannot be read: /);
  });

  it('gives a value or a typed error for any text', () => {
    const indicators = fc.constantFrom(...Array.from('a0: \n\t"\'[]{},!|>#?%@-'));
    const words = fc.oneof(indicators, fc.constantFrom('- ', ': ', '&x ', '*x', '---\n', '  '));
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: words, maxLength: 40 }));
    fc.assert(
      fc.property(fc.oneof(text, fc.uint8Array()), (input) => {
        expect(outcome(input)).toSatisfy(isValueOrSchemaError);
      }),
      { numRuns: 500 },
    );
  });
});
