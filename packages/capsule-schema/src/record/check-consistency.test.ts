import { describe, expect, it } from 'vitest';
import type { SchemaErrorCode } from '../errors.ts';
import { exampleRecord } from '../testing/records.ts';
import { refusal } from '../testing/refusal.ts';
import { parseReleaseRecord } from './parse-release.ts';
import type { ImageNaming, ReleaseRecord, ReleaseSource } from './release-record.ts';

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

  const chart = { kind: 'helm', path: 'package/helm', digest: exampleRecord().package.digest } as const;
  const naming = (changes: Partial<ImageNaming>, deploy: ReleaseRecord['package'] = exampleRecord().package): ReleaseRecord =>
    exampleRecord({ package: deploy, ...(image !== undefined && { image: { ...image, ...changes } }) });
  const values = { repository: 'image.repository', tag: 'image.tag', registry: 'global.registry' } as const;

  it.each<readonly [what: string, record: ReleaseRecord]>([
    ['one name under two tags', naming({ names: [{ name: 'app', tag: '1' }, { name: 'app', tag: '2' }] })],
    ['several names', naming({ names: [{ name: 'app' }, { name: 'app-worker' }, { name: 'localhost:5000/app' }] })],
    ['names and values of a chart', naming({ names: [{ name: 'app' }], values }, chart)],
    ['values of a chart alone', naming({ names: [], values: { image: 'image' } }, chart)],
  ])('takes %s', (_what, record) => {
    expect(parseReleaseRecord(record)).toEqual(record);
  });

  const many = Array.from({ length: 17 }, (_, index) => ({ name: `app${String.fromCharCode(97 + index)}` }));
  it.each<readonly [what: string, code: SchemaErrorCode, record: ReleaseRecord]>([
    ['no name in a kustomize package', 'RECORD_INCONSISTENT', naming({ names: [] })],
    ['no name in a chart without values', 'RECORD_INCONSISTENT', naming({ names: [] }, chart)],
    ['values in a kustomize package', 'RECORD_INCONSISTENT', naming({ values })],
    ['names out of order', 'RECORD_INCONSISTENT', naming({ names: [{ name: 'b' }, { name: 'a' }] })],
    ['a name twice', 'RECORD_INCONSISTENT', naming({ names: [{ name: 'a' }, { name: 'a' }] })],
    ['tags out of order', 'RECORD_INCONSISTENT', naming({ names: [{ name: 'a', tag: '2' }, { name: 'a', tag: '1' }] })],
    ['a name with and without a tag', 'RECORD_INCONSISTENT', naming({ names: [{ name: 'a' }, { name: 'a', tag: '1' }] })],
    ['a name of two images', 'RECORD_INCONSISTENT', naming({ names: [{ name: 'redis' }] })],
    ['a value below another', 'RECORD_INCONSISTENT', naming({ values: { repository: 'image', tag: 'image.tag' } }, chart)],
    ['one value for two things', 'RECORD_INCONSISTENT', naming({ values: { repository: 'image', tag: 'image' } }, chart)],
    ['more than 16 names', 'RECORD_INVALID', naming({ names: many })],
    ...['app|b', 'app*', 'ap+', '(app)', '^app', 'app:1', 'app@sha256', 'App', 'a//b', '/a', 'a/', '[::1]:5000/app', ''].map(
      (name) => [`the name ${name}`, 'RECORD_INVALID', naming({ names: [{ name }] })] as const,
    ),
    ...['', '.a', 'a.', 'a..b', 'a b', 'a[0]', 'é'].map(
      (path) => [`the path ${path}`, 'RECORD_INVALID', naming({ values: { image: path } }, chart)] as const,
    ),
  ])('refuses %s', (_what, code, record) => {
    expect(() => parseReleaseRecord(record)).toThrow(refusal(code));
  });

  it.each([{ repository: 'a', image: 'b' }, { image: 'b', tag: 'c' }, { tag: 'c' }, {}])('refuses the values %j', (odd) => {
    const record = naming({}, chart);
    const refused = { ...record, image: { ...record.image, values: odd } };
    expect(() => parseReleaseRecord(refused)).toThrow(refusal('RECORD_INVALID'));
  });

  it.each(cases)('refuses %s', (_what, code, record) => {
    expect(() => parseReleaseRecord(record)).toThrow(refusal(code));
  });
});
