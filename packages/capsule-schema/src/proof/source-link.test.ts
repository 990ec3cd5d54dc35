import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkDestination } from './source-link.ts';

describe('linkDestination', () => {
  it.each([
    ['l', 'a', 'a'], ['d/l', 'a', 'd/a'], ['d/l', '../a', 'a'], ['d/e/l', '../../x/a', 'x/a'], ['d/l', './a', 'd/a'],
    ['d/l', '.././a', 'a'], ['d/l', './../a', 'a'], ['l', 'a/./b', 'a/b'], ['l', '...', '...'], ['l', 'a/', 'a'],
    ['d/l', '..', '.'], ['d/l', '../', '.'], ['l', '.', '.'], ['d/l', './', 'd'], ['d/e/l', '..', 'd'],
  ])('takes the link %s to %s for %s', (path, target, destination) => {
    expect(linkDestination(path, target)).toBe(destination);
  });

  it.each([
    ['l', ''], ['l', '/'], ['l', '//'], ['l', '/a'], ['l', '..'], ['l', '../a'], ['d/l', '../../a'], ['d/l', 'a//'],
    ['d/l', 'a//b'], ['d/e/l', 'x/../a'], ['d/e/l', '../x/../a'], ['l', 'a\\b'], ['l', '\ud800'],
      ['l', 'a'.repeat(4097)],
  ])('takes the link %s to %j for none that can be followed', (path, target) => {
    expect(linkDestination(path, target)).toBeUndefined();
  });

  it('never leads out of the package', () => {
    const target = fc.array(fc.constantFrom('..', '.', '', 'a', 'b', '...'),
      { maxLength: 6 }).map((parts) => parts.join('/'));
    fc.assert(
      fc.property(fc.constantFrom('l', 'd/l', 'd/e/l'), target, (path, text) => {
        const destination = linkDestination(path, text);
        if (destination === '.') return;
        expect(destination?.split('/').some((part) => ['', '.', '..'].includes(part)) ?? false).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });
});
