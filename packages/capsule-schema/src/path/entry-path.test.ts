import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SchemaError } from '../errors.ts';
import { entryPaths } from '../testing/arbitraries.ts';
import { refusal } from '../testing/refusal.ts';
import { parseEntryPath } from './entry-path.ts';

describe('parseEntryPath', () => {
  it.each([
    'a',
    'release.yaml',
    'package/kustomize/base/kustomization.yaml',
    '.gitignore',
    '.github/x',
    'a/.git-x',
    'git',
    '...a',
    '..a',
    'a..b',
    'a-',
    'a/-b',
    'a b',
    ' a',
    'a ',
    'a.',
    '~',
    '$HOME',
    'a:b',
    'C:',
    'CON',
    'a*?"<>|b',
    'é',
    '日本/ñandú.yaml',
    '\u{1f4e6}',
    '\uffee',
    '@PaxHeader',
    'n'.repeat(255),
    'é'.repeat(127),
    `${'a/'.repeat(63)}a`,
    `${`${'n'.repeat(255)}/`.repeat(3)}${'n'.repeat(255)}n`.slice(0, 1023),
  ])('takes %j', (path) => {
    expect(parseEntryPath(path)).toBe(path);
    expect(parseEntryPath(Buffer.from(path))).toBe(path);
  });

  it.each([
    '',
    '/',
    '/a',
    '//a',
    'a/',
    'a//b',
    '.',
    './a',
    'a/.',
    'a/./b',
    '..',
    '../a',
    'a/..',
    'a/../b',
    'a/b/../../../c',
    'a..',
    'a../b',
    'b/a../c',
    '...',
    '.git',
    '.git/config',
    'a/.GIT/hooks/x',
    '.Git',
    '-rf',
    '-',
    '--help/a',
    'a\\b',
    '..\\a',
    'a\0b',
    'a\nb',
    'a\tb',
    'a\x7f',
    'a\u0085b',
    'a\u00adb',
    'a\u200bb',
    'a\u200db',
    'a\u202eb',
    'a\u2028b',
    'a\u2029b',
    '\ufeffa',
    '.g\u200cit',
    'e\u0301',
    '\u212a',
    '\u212b',
    '\u1100\u1161',
    'a\ud800',
    'n'.repeat(256),
    'é'.repeat(128),
    `${'a/'.repeat(64)}a`,
    `${'n'.repeat(250)}/`.repeat(4) + 'n'.repeat(21),
  ])('refuses %j', (path) => {
    expect(() => parseEntryPath(path)).toThrow(refusal('PATH_INVALID'));
  });

  it('takes 1,024 bytes, and no more', () => {
    const path = `${'n'.repeat(250)}/`.repeat(4);
    expect(parseEntryPath(path + 'n'.repeat(20))).toHaveLength(1024);
    expect(() => parseEntryPath(path + 'n'.repeat(21))).toThrow(refusal('PATH_INVALID'));
  });

  it.each([
    ['a bare continuation byte', [0x61, 0x80]],
    ['an overlong slash', [0x61, 0xc0, 0xaf, 0x62]],
    ['an overlong NUL', [0x61, 0xc0, 0x80]],
    ['an encoded surrogate', [0xed, 0xa0, 0x80]],
    ['a character beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
    ['half a character', [0x61, 0xc3]],
    ['Latin-1', [0xe9]],
    ['a byte order mark', [0xef, 0xbb, 0xbf, 0x61]],
  ])('refuses %s', (_what, bytes) => {
    expect(() => parseEntryPath(Uint8Array.from(bytes))).toThrow(refusal('PATH_INVALID'));
  });

  const pieces = fc.constantFrom('.', '/', '\\', 'a', '-', '..', '.git', './', '../', '\0', 'é', 'e\u0301');
  const nasty = fc.string({ unit: pieces, maxLength: 8 });

  it('gives the path itself or a typed error for any text and any bytes', () => {
    fc.assert(
      fc.property(fc.oneof(nasty, fc.string({ unit: 'binary' }), fc.uint8Array({ maxLength: 20 })), (path) => {
        try {
          expect(Buffer.from(parseEntryPath(path)).equals(Buffer.from(path))).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(SchemaError);
        }
      }),
    );
  });

  it('takes no path that Kargo or Flux leaves out, nor one whose directories they leave out', () => {
    const accepted = fc.oneof(entryPaths, nasty.filter(isAccepted));
    fc.assert(
      fc.property(accepted, (path) => {
        for (const name of [path, ...directoriesOf(path)]) {
          expect(survivesKargo(name), name).toBe(true);
          expect(survivesFlux(name), name).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

// akuity/kargo at 1c76476, pkg/promotion/runner/builtin/tar_extractor.go: validRelPath, and the ignoring of .git.
function survivesKargo(name: string): boolean {
  const isValid = name !== '' && !name.includes('\\') && !/^(?:\/|\.\/)/.test(name) && !name.includes('../');
  return isValid && !name.split('/').includes('.git');
}

// fluxcd/pkg at e2cfd1a, tar/untar.go: validRelPath.
function survivesFlux(name: string): boolean {
  return name !== '' && !name.includes('\\') && !name.startsWith('/') && !name.includes('../');
}

function directoriesOf(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, index) => `${parts.slice(0, index + 1).join('/')}/`);
}

function isAccepted(path: string): boolean {
  try {
    return parseEntryPath(path) === path;
  } catch {
    return false;
  }
}
