import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entryPaths } from '../testing/arbitraries.ts';
import { refusal } from '../testing/refusal.ts';
import { parseEntryPath } from './entry-path.ts';
import { foldPath, PathSet } from './path-set.ts';

function add(...paths: string[]): void {
  const set = new PathSet();
  for (const path of paths) set.add(parseEntryPath(path));
}

describe('PathSet', () => {
  it.each([
    ['two files', ['a', 'b']],
    ['a file beside a directory whose name it begins', ['a', 'ab/c', 'a.b']],
    ['files of one directory', ['a/b/c', 'a/b/d', 'a/e']],
    ['the same name in two directories', ['a/x', 'b/x']],
    ['letters that only look alike', ['a', 'а']],
    ['letters that differ in their accent', ['e', 'é']],
  ])('takes %s', (_what, paths) => {
    expect(() => add(...paths)).not.toThrow();
    expect(() => add(...paths.toReversed())).not.toThrow();
  });

  it.each([
    ['the same file twice', ['a', 'a']],
    ['a file that is a directory', ['a', 'a/b']],
    ['a file that is a directory further down', ['x/a', 'x/a/b/c/d']],
    ['two cases of a file', ['README', 'readme']],
    ['two cases of a directory', ['a/x', 'A/y']],
    ['two cases of a directory between', ['r/a/x', 'r/A/y']],
    ['a file and a directory in two cases', ['A', 'a/b']],
    ['accented letters in two cases', ['É', 'é']],
    ['ß and SS', ['straße', 'STRASSE']],
    ['ß and ẞ', ['straße', 'STRAẞE']],
    ['ẞ and ss', ['ẞ', 'ss']],
    ['the Turkish dotless ı and I', ['ı', 'I']],
    ['the Turkish dotted İ and i with a dot', ['İ', 'i\u0307']],
    ['the long s', ['ſ', 's']],
    ['the final sigma', ['ς', 'σ', 'Σ'].slice(0, 2)],
    ['the capital sigma', ['ΑΣ', 'ας']],
    ['a ligature', ['ﬁ', 'fi']],
    ['Cherokee letters', ['Ꭰ', 'ꭰ']],
    ['a letter beyond the basic plane', ['\u{10400}', '\u{10428}']],
  ])('refuses %s', (_what, paths) => {
    expect(() => add(...paths)).toThrow(refusal('PATH_COLLISION'));
    expect(() => add(...paths.toReversed())).toThrow(refusal('PATH_COLLISION'));
  });

  it('refuses the case of any path beside it, where that is another path or the same', () => {
    fc.assert(
      fc.property(entryPaths, fc.boolean(), (path, upper) => {
        const other = (upper ? path.toUpperCase() : path.toLowerCase()).normalize('NFC');
        expect(foldPath(other)).toBe(foldPath(path));
      }),
    );
  });
});

describe('foldPath', () => {
  it('folds a text as its decomposed and its composed form: the Kelvin sign as k', () => {
    expect(foldPath('\u212a')).toBe('k');
    expect(foldPath('e\u0301')).toBe(foldPath('\u00c9'));
    expect(foldPath('\u1100\u1161')).toBe(foldPath('\uac00'));
  });

  it('folds every character with its lower and upper case', () => {
    const apart = Array.from({ length: 0x1_e944 }, (_, code) => String.fromCodePoint(code))
      .filter((character) => character.isWellFormed())
      .filter((character) => {
        const cases = [character, character.toLowerCase(), character.toUpperCase()];
        return new Set(cases.map(foldPath)).size > 1;
      });
    expect(apart).toEqual([]);
  });

  it('changes nothing that it has folded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(foldPath(foldPath(text))).toBe(foldPath(text));
      }),
    );
  });
});
