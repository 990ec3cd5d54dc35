import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SchemaError } from '../errors.ts';
import { selectDirectories, selectPaths } from './glob.ts';

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
    expect(() => selectDirectories([pattern], [])).toThrow(SchemaError);
  });

  it('takes everything without patterns, and lets exclude win', () => {
    expect(selectPaths([], [])('any/thing')).toBe(true);
    expect(selectPaths(['**'], ['a/**'])('a/b')).toBe(false);
    expect(selectPaths([], ['a/**'])('b')).toBe(true);
  });

  it('refuses more patterns than any record holds', () => {
    expect(() => selectPaths(Array.from({ length: 257 }, () => 'a'), [])).toThrow(SchemaError);
  });

  it('matches a pattern made to backtrack in linear steps', () => {
    const hostile = selectPaths([`${'*a'.repeat(100)}b`], []);
    const path = 'a'.repeat(255);
    const start = performance.now();
    for (let round = 0; round < 100; round += 1) expect(hostile(path)).toBe(false);
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  it('gives up with a typed error when patterns and paths together cost too much', () => {
    const patterns = Array.from({ length: 256 }, (_, index) => `*${'a'.repeat(120)}b${index}`);
    const selects = selectPaths(patterns, []);
    const path = 'a'.repeat(255);
    expect(() => {
      for (let round = 0; round < 10_000; round += 1) selects(path);
    }).toThrow(expect.objectContaining({ code: 'LIMIT_EXCEEDED' }));
  });

  it('agrees with a plain regular expression on random patterns and paths', () => {
    const segment = fc.stringMatching(/^[ab*?]{1,4}$/).filter((text) => !text.includes('**'));
    const pattern = fc.array(fc.oneof(segment, fc.constant('**')), { minLength: 1, maxLength: 4 });
    const path = fc.array(fc.stringMatching(/^[ab]{1,4}$/), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(pattern, path, (parts, names) => {
        expect(takes(parts.join('/'), names.join('/'))).toBe(oracle(parts).test(`${names.join('/')}/`));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('selectDirectories', () => {
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
    expect(selectDirectories(include, exclude)(directory)).toBe(opened);
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
          expect(selectDirectories(include, exclude)(names.slice(0, depth).join('/'))).toBe(true);
        }
      }),
      { numRuns: 2_000 },
    );
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
