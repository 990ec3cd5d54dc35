import { describe, expect, it } from 'vitest';
import type { SchemaErrorCode } from '../errors.ts';
import { exampleRecord } from '../testing/records.ts';
import { refusal } from '../testing/refusal.ts';
import { parseReleaseRecord } from './parse-release.ts';
import type { ReleaseRecord, ReleaseSource } from './release-record.ts';

const { source, image, images } = exampleRecord();

function withSource(changes: Partial<ReleaseSource>): ReleaseRecord {
  return exampleRecord({ source: { ...source, ...changes } });
}

const addition = { path: 'charts/a.tgz', sha256: 'b'.repeat(64), reason: 'vendored' };
const link = { path: 'link', target: 'to' };
const commit256 = 'c'.repeat(64);

describe('checkConsistency', () => {
  it('takes the example, one without an image, and one of SHA-256', () => {
    const { image: _image, ...withoutImage } = exampleRecord();
    const bySha256 = exampleRecord({ gitCommit: commit256, source: { ...source, tree: 'd'.repeat(64) } });
    for (const record of [exampleRecord(), withoutImage, bySha256, withSource({ path: '.' })]) {
      expect(parseReleaseRecord(record)).toEqual(record);
    }
  });

  const helm = { ...exampleRecord().package, kind: 'helm' } as const;
  const { tree: _tree, ...withoutTree } = source;
  const cases: readonly (readonly [what: string, code: SchemaErrorCode, record: ReleaseRecord])[] = [
    ['a path of another kind', 'RECORD_INCONSISTENT', exampleRecord({ package: helm })],
    ['a source with .git', 'RECORD_INCONSISTENT', withSource({ repoURL: 'https://github.com/example/app.git' })],
    ['a source in capitals', 'RECORD_INCONSISTENT', withSource({ repoURL: 'https://GitHub.com/example/app' })],
    ['a source with a dot segment', 'RECORD_INCONSISTENT', withSource({ repoURL: 'https://github.com/a/../app' })],
    ['a source path with ..', 'PATH_INVALID', withSource({ path: 'a/../b' })],
    ['an absolute source path', 'PATH_INVALID', withSource({ path: '/a' })],
    ['a source path with a slash at its end', 'PATH_INVALID', withSource({ path: 'a/' })],
    ['a tree of another object format', 'RECORD_INCONSISTENT', withSource({ tree: 'd'.repeat(64) })],
    ['a source proof without a tree', 'RECORD_INCONSISTENT', exampleRecord({ source: withoutTree })],
    ['a pattern outside the language', 'PATTERN_INVALID', withSource({ include: ['a{b,c}'] })],
    ['an exclusion outside the language', 'PATTERN_INVALID', withSource({ exclude: ['!a'] })],
    ['an addition outside the package', 'PATH_INVALID', withSource({ additions: [{ ...addition, path: '../a' }] })],
    ['an addition twice', 'RECORD_INCONSISTENT', withSource({ additions: [addition, { ...addition, reason: 'b' }] })],
    ['a link outside the package', 'PATH_INVALID', withSource({ dereferenced: [{ ...link, path: '/a' }] })],
    ['a link twice', 'RECORD_INCONSISTENT', withSource({ dereferenced: [link, { ...link, target: 'other' }] })],
    ['an image twice', 'RECORD_INCONSISTENT', exampleRecord({ images: [...images, ...images] })],
    [
      'the application image among the others',
      'RECORD_INCONSISTENT',
      exampleRecord({ images: image === undefined ? [] : [{ repoURL: image.repoURL, digest: image.digest }] }),
    ],
  ];

  it.each(cases)('refuses %s', (_what, code, record) => {
    expect(() => parseReleaseRecord(record)).toThrow(refusal(code));
  });
});
