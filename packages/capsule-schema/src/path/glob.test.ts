import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SchemaError } from '../errors.ts';
import { compileSelection, selectPaths } from './glob.ts';

const takes = (pattern: string, path: string): boolean => selectPaths([pattern], [])(path);

describe('selectPaths', () => {
  it.each([
    ['base/**', 'base/a.yaml'],
    ['base/**', 'base/deep/a.yaml'],
    ['**', 'a.yaml'],
    ['**', 'a/b/c'],
    ['**/a.yaml', 'a.yaml'],
    ['**/a.yaml', 'x/y/a.yaml'],
    ['a/**/b', 'a/b'],
    ['a/**/b', 'a/x/y/b'],
    ['a/**/b/**', 'a/b/b/c'],
    ['*.yaml', '.hidden.yaml'],
    ['*', 'a'],
    ['a*b*c', 'aXbYbZc'],
    ['a?c', 'a😀c'],
    ['a/**/**/b', 'a/b'],
  ])('takes %s to match %s', (pattern, path) => {
    expect(takes(pattern, path)).toBe(true);
  });

  it.each([
    ['base/**', 'base'],
    ['base', 'base/a.yaml'],
    ['base/*', 'base/a/b'],
    ['*', 'a/b'],
    ['a?c', 'a/c'],
    ['a?c', 'ac'],
    ['*.yaml', 'a/b.yaml'],
    ['a/**/b', 'ab'],
    ['**/a.yaml', 'xa.yaml'],
    ['a.c', 'abc'],
    ['Base/**', 'base/a'],
  ])('does not take %s to match %s', (pattern, path) => {
    expect(takes(pattern, path)).toBe(false);
  });

  it.each([
    '', '/a', 'a/', 'a//b', './a', '../a', 'a/..', '[ab]', '{a,b}', 'a]', 'a}', 'a\\b', '!a', 'a**', '**a/b', '***',
    'e\u0301', '\ud800', 'a\u0000', 'a\u202eb', 'x'.repeat(1025), Array.from({ length: 65 }, () => 'a').join('/'),
  ])('refuses the pattern %j', (pattern) => {
    expect(() => selectPaths([pattern], [])).toThrow(expect.objectContaining({ code: 'PATTERN_INVALID' }));
    expect(() => selectPaths([], [pattern])).toThrow(SchemaError);
  });

  it('takes everything without patterns, and lets exclude win', () => {
    expect(selectPaths([], [])('any/thing')).toBe(true);
    expect(selectPaths(['**'], ['a/**'])('a/b')).toBe(false);
    expect(selectPaths([], ['a/**'])('b')).toBe(true);
  });

  it('refuses more patterns than any record holds', () => {
    expect(() => selectPaths(Array.from({ length: 257 }, () => 'a'), [])).toThrow(SchemaError);
  });

  it('takes ? for a whole character outside the basic plane, wherever a * before it ends', () => {
    expect(takes('*?b', '😀b')).toBe(true);
    expect(takes('*??b', '😀b')).toBe(false);
    expect(takes('*??cd', 'a😀cd')).toBe(true);
    expect(takes('?', '😀')).toBe(true);
    expect(takes('??', '😀')).toBe(false);
  });

  it('agrees with a plain regular expression on random patterns and paths', () => {
    const segment = fc.stringMatching(/^[ab*?]{1,4}$/).filter((text) => !text.includes('**'));
    const pattern = fc.array(fc.oneof(segment, fc.constant('**')), { minLength: 1, maxLength: 6 });
    const path = fc.array(fc.stringMatching(/^[ab]{1,4}$/), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(pattern, path, (parts, names) => {
        expect(takes(parts.join('/'), names.join('/'))).toBe(oracle(parts).test(`${names.join('/')}/`));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('opens', () => {
  it.each([
    [['base/**'], [], 'base', true],
    [['base/**'], [], 'other', false],
    [['base/*/a.yaml'], [], 'base/x', true],
    [['base/*/a.yaml'], [], 'base/x/y', false],
    [['**/a.yaml'], [], 'any/where', true],
    [['base'], [], 'base', false],
    [[], ['tests/**'], 'tests', false],
    [[], ['**/tests/**'], 'a/tests/b', false],
    [[], ['tests/*'], 'tests', true],
    [[], ['tests'], 'tests', true],
    [[], ['**'], 'a', false],
  ])('with include %j and exclude %j answers for %s: %s', (include, exclude, directory, opened) => {
    expect(compileSelection(include, exclude).opens(directory)).toBe(opened);
  });

  it('never closes a directory below which a path is selected', () => {
    const segment = fc.constantFrom('a', 'b', '*', '?', 'a*', '**');
    const patterns = fc.array(fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')),
      { maxLength: 3 });
    const path = fc.array(fc.constantFrom('a', 'b', 'ab'), { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(patterns, patterns, path, (include, exclude, names) => {
        if (!selectPaths(include, exclude)(names.join('/'))) return;
        for (let depth = 1; depth < names.length; depth += 1) {
          expect(compileSelection(include, exclude).opens(names.slice(0, depth).join('/'))).toBe(true);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the budget', () => {
  const many = (pattern: (index: number) => string): readonly string[] => Array.from({ length: 256 }, (_, index) => pattern(index));

  it.each([
    ['names that nearly match', many((index) => `*${'a'.repeat(120)}b${index}*`), 'a'.repeat(255)],
    ['many wildcards', many((index) => `${'*?'.repeat(100)}x${index}*`), '😀'.repeat(60)],
    ['many **', many((index) => `${'**/a/'.repeat(31)}b${index}/**`), `${'a/'.repeat(60)}c`],
    ['long plain names', many((index) => `**/${'a'.repeat(200)}${index}/**`), `${'a'.repeat(200)}/`.repeat(30)],
    ['ends that nearly match', many((index) => `**/x${index}/${'a/'.repeat(50)}b`), `${'a/'.repeat(52)}b`],
    ['paths of thousands of names', [], 'a/'.repeat(4000)],
  ])('ends %s within a second or so of processor time, with a typed error', (_what, patterns, path) => {
    const { selects } = compileSelection(patterns, patterns);
    const started = process.cpuUsage();

    expect(() => {
      for (let round = 0; round < 200_000; round += 1) selects(path);
    }).toThrow(expect.objectContaining({ code: 'LIMIT_EXCEEDED' }));

    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1e6).toBeLessThan(3); // seconds; measured 0.1 to 0.6, with room for a busy machine
  });

  it('is one for files and directories', () => {
    const { selects, opens } = compileSelection(many((index) => `*${'a'.repeat(120)}b${index}*`), []);
    const path = 'a'.repeat(255);

    expect(() => {
      for (;;) selects(path);
    }).toThrow(SchemaError);
    expect(() => opens('a')).toThrow(expect.objectContaining({ code: 'LIMIT_EXCEEDED' }));
  });

  it('has room for several times 20,000 files and dozens of ordinary patterns', () => {
    const include = Array.from({ length: 36 }, (_, n) => [`base/t-${n}/**`, `**/*-${n}.yaml`, `o/*/r-${n}/**/*.json`][n % 3] ?? '');
    const exclude = Array.from({ length: 12 }, (_, n) => [`**/tests-${n}/**`, `**/t-*-${n}.yaml`, `**/*.${n}.md`][n % 3] ?? '');
    const { selects, opens } = compileSelection(include, exclude);

    for (let file = 0; file < 3 * 20_000; file += 1) {
      const directory = `overlays/staging/region-${file % 40}/applications/service-${file % 97}`;
      if (file % 10 === 0) opens(directory);
      expect(selects(`${directory}/deployment-${file}.txt`)).toBe(false);
    }
  });
});

// Each path ends in a slash here, so that every segment can be written as `name/`.
function oracle(parts: readonly string[]): RegExp {
  const source = parts.map((part, index) => {
    if (part === '**') return index === parts.length - 1 ? '(?:[^/]+/)+' : '(?:[^/]+/)*';
    return `${part.replaceAll('*', '[^/]*').replaceAll('?', '[^/]')}/`;
  });
  return new RegExp(`^${source.join('')}$`);
}
