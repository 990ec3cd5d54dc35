import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SchemaError } from '../errors.ts';
import { parseForeignYamlDocuments } from './parse-foreign-yaml.ts';

const options = { what: 'the text', maxBytes: 256 * 1024 };
const parse = (text: string) => parseForeignYamlDocuments(Buffer.from(text), options);

describe('parseForeignYamlDocuments', () => {
  it('turns mappings into Maps, so that no key can reach a prototype', () => {
    expect(parse('__proto__: {a: [1, true, null, x]}')).toEqual([
      new Map([['__proto__', new Map([['a', [1, true, null, 'x']]])]]),
    ]);
  });

  it('reads every document of the stream, and none where there is none', () => {
    expect(parse('a: 1\n---\na: 2')).toEqual([new Map([['a', 1]]), new Map([['a', 2]])]);
    expect(parse('# nothing')).toEqual([]);
  });

  it('adds no line break to a block text that ends the file without one, as Go does not', () => {
    expect(parse('a: |\n  b')).toEqual([new Map([['a', 'b']])]);
    expect(parse('a: |\n  b\n')).toEqual([new Map([['a', 'b\n']])]);
    expect(parse('- |\n  b\n- >+\n c\n d')).toEqual([['b\n', 'c d']]);
    expect(parse('a: |\n  b\n# c')).toEqual([new Map([['a', 'b\n']])]);
    expect(() => parse('a: |\n  b\n   ')).toThrow('ends with blanks');
  });

  it('shares the value of an anchor instead of copying it', () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 10; level += 1)
      bomb.push(`k${level}: &k${level} [${`*${level === 1 ? 'a' : `k${level - 1}`},`.repeat(9)}]`);

    expect(parse(bomb.join('\n'))).toEqual([expect.any(Map)]);
  });

  it.each([
    ['a tag', 'a: !!str b'],
    ['an unknown tag', 'a: !x b'],
    ['a directive', '%YAML 1.1\n---\na: b'],
    ['a merge key', '<<: {a: b}'],
    ['a quoted merge key', '"<<": {a: b}'],
    ['duplicate keys', 'a: 1\n"a": 2'],
    ['a key that is a list', '? [a]\n: b'],
    ['a key that is an alias', 'a: &a b\n*a : c'],
    ['an alias in its own anchor', '&a [*a]'],
    ['an alias without anchor', 'a: *b'],
    ['101 aliases', `a: &a 1\nb: [${'*a,'.repeat(101)}]`],
    ['a form feed', 'a: "\f"'],
    ['NEL as line end', '# a\u0085b: c'],
    ['65 levels', `${'['.repeat(66)}${']'.repeat(66)}`],
    ['an open bracket', 'a: ['],
  ])('refuses %s', (_, text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'YAML_INVALID' }));
  });

  it('refuses text that is not UTF-8, and UTF-16 that other readers would decode', () => {
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('a: b', 'utf16le')]);

    expect(() => parseForeignYamlDocuments(utf16, options)).toThrow(expect.objectContaining({ code: 'YAML_INVALID' }));
  });

  it('refuses more bytes than it was told to read', () => {
    expect(() => parse('#'.repeat(options.maxBytes + 1))).toThrow(expect.objectContaining({ code: 'YAML_TOO_LARGE' }));
  });

  it.each(['[', '- ', '{a: ', '? ', '&a ', 'a: b: ', '[]', '---\n'])(
    'ends in time for a text that repeats %j',
    (piece) => {
      const text = piece.repeat((64 * 1024) / piece.length);

      expect(() => parse(text)).toThrow(SchemaError);
    },
    20_000,
  );

  it('refuses directives and a flood of documents before the library spends seconds on them', () => {
    const started = performance.now();

    for (const part of ['%a\n', '---\n', '...\n', '#\n---\n']) {
      expect(() => parse(part.repeat(Math.floor((256 * 1024) / part.length)))).toThrow(SchemaError);
    }
    expect(() => parse('%YAML 1.1\n---\na: 1')).toThrow(/directive/);
    expect(parse('a: |\n  %b\n  ---\n')).toEqual([new Map([['a', '%b\n---\n']])]);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it('gives a value or a typed error for any bytes', () => {
    const yamlish = fc
      .array(
        fc.constantFrom(
          'a',
          ': ',
          '- ',
          '\n',
          '  ',
          '&a ',
          '*a',
          '[',
          ']',
          '{',
          '}',
          ',',
          '|',
          '>',
          '"',
          "'",
          '#',
          '!!',
          '?',
          '---\n',
          '%',
        ),
      )
      .map((parts) => Buffer.from(parts.join('')));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), yamlish), (bytes) => {
        try {
          expect(Array.isArray(parseForeignYamlDocuments(bytes, options))).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(SchemaError);
        }
      }),
    );
  });
});
