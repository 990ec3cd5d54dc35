import { describe, expect, it } from 'vitest';
import { findIn, summaryOf, type Tree } from './testing/find-in-tree.ts';
import { packChart } from './testing/pack-chart.ts';

const app = 'apiVersion: v2\nname: app\nversion: 1.0.0\n';
const redis = 'apiVersion: v2\nname: redis\nversion: 1.2.3\n';
const lock = 'dependencies: [{name: redis, version: 1.2.3, repository: "https://charts.example.com"}]';

function dependsOn(version: string): string {
  return `${app}dependencies: [{name: redis, version: "${version}", repository: "https://charts.example.com"}]`;
}

function packed(version: string, name = 'redis'): Uint8Array {
  return packChart({ 'Chart.yaml': `apiVersion: v2\nname: ${name}\nversion: ${version}` });
}

describe('a dependency of a chart', () => {
  it('is vendored at its locked version, unpacked or as an archive', async () => {
    const chart = { 'Chart.yaml': dependsOn('^1.0.0'), 'Chart.lock': lock };

    expect(await summaryOf({ ...chart, 'charts/redis/Chart.yaml': redis })).toEqual([]);
    expect(await summaryOf({ ...chart, 'charts/redis-1.2.3.tgz': packed('1.2.3') })).toEqual([]);
    expect(await summaryOf(chart)).toEqual(['Chart.yaml dependencies[0] unvendored redis@^1.0.0']);
    expect(await summaryOf({ ...chart, 'charts/redis-1.2.4.tgz': packed('1.2.4') })).toEqual([
      'Chart.yaml dependencies[0] version redis@^1.0.0',
    ]);
    expect(await summaryOf({ ...chart, 'charts/redis-ha-1.2.3.tgz': packed('1.2.3', 'redis-ha') })).toEqual([
      'Chart.yaml dependencies[0] unvendored redis@^1.0.0',
    ]);
  });

  it.each([
    ['^1.0.0', '1.2.3', true],
    ['^1.0.0', '2.0.0', false],
    ['1.2.3', '1.2.3', true],
    ['v1.2.3', '1.2.3', true],
    ['1.2.3', 'v1.2.3+build.5', true],
    ['1.2.3+a', '1.2.3+b', true],
    ['1.2.4', '1.2.3', false],
    ['0.0.*', '0.0.7', true],
    ['>=1.0.0, <2', '1.9.0', true],
    ['>=1.0.0, <2', '2.1.0', false],
    ['>=1.0.0-0', '2.0.0-rc.1', true],
    ['~1.2', '1.2.9', true],
    ['1.x.x', '1.4.0', true],
    ['*', '0.1.0', true],
    ['not a range', '1.0.0', false],
  ])('that asks for %s is held against version %s: %s', async (range, version, isAdmitted) => {
    const tree = { 'Chart.yaml': dependsOn(range), 'charts/redis.tgz': packed(version) };
    const byLock = {
      'Chart.yaml': dependsOn('9.9.9'),
      'Chart.lock': lock.replace('1.2.3', `"${range}"`),
      'charts/redis.tgz': packed(version),
    };

    expect(await findIn(tree)).toHaveLength(isAdmitted ? 0 : 1);
    expect(await findIn(byLock)).toHaveLength(isAdmitted ? 0 : 1);
  });

  it('may be one chart under several aliases, and one that the lock does not name', async () => {
    const chart = `${app}dependencies: [{name: redis, version: 1.2.3, alias: a}, {name: redis, version: 1.2.3, alias: b}]`;

    expect(await summaryOf({ 'Chart.yaml': chart, 'charts/redis/Chart.yaml': redis })).toEqual([]);
    expect(
      await summaryOf({ 'Chart.yaml': chart, 'Chart.lock': 'dependencies: []', 'charts/redis/Chart.yaml': redis }),
    ).toEqual([]);
  });

  it('is asked for by the requirements of an older chart', async () => {
    const tree = {
      'Chart.yaml': app,
      'requirements.yaml': 'dependencies: [{name: redis, version: 1.2.3}]',
      'requirements.lock': lock,
    };

    expect(await summaryOf(tree)).toEqual(['requirements.yaml dependencies[0] unvendored redis@1.2.3']);
    expect(await summaryOf({ ...tree, 'charts/redis-1.2.3.tgz': packed('1.2.3') })).toEqual([]);
  });

  it('is not hidden by .helmignore', async () => {
    for (const [rule, isHidden] of [
      ['charts/redis', true],
      ['*.tgz', false],
      ['/charts/', true],
      ['redis', true],
      ['charts/redis/', true],
      ['# charts', false],
    ] as const) {
      const tree = { 'Chart.yaml': dependsOn('1.2.3'), '.helmignore': rule, 'charts/redis/Chart.yaml': redis };
      const found = await findIn(tree);
      expect(
        found.map(({ reason }) => reason),
        rule,
      ).toEqual(isHidden ? ['unvendored'] : []);
      for (const { detail } of found) expect(detail).toMatch(/^The file \.helmignore hides "charts\/redis\/Chart\.yaml"/);
    }
    const packedOne = { 'Chart.yaml': dependsOn('1.2.3'), '.helmignore': '*.tgz', 'charts/redis.tgz': packed('1.2.3') };
    expect(await findIn(packedOne)).toMatchObject([{ reason: 'unvendored', detail: expect.stringContaining('hides "charts/redis.tgz"') }]);
  });

  it.each(['charts/redis-ha-1.2.3.tgz', 'charts/redistribute/Chart.yaml'])('is missing, and not hidden, where %s is', async (path) => {
    const tree = { 'Chart.yaml': dependsOn('1.2.3'), '.helmignore': path, [path]: redis };
    expect((await findIn(tree)).map(({ detail }) => detail)).toContainEqual(expect.stringContaining('Run "helm dependency update"'));
  });
});

describe('a chart', () => {
  it.each([
    ['no name', 'apiVersion: v2\nversion: 1.0.0', 'name'],
    ['no version', 'apiVersion: v2\nname: app', 'version'],
    ['a spelling that Helm takes for another', `${app}Dependencies: []`, 'Dependencies'],
    ['a field twice', `${app}name: app`, 'name'],
    ['a dependency under two spellings', `${app}dependencies: [{name: a, NAME: b}]`, 'dependencies[0].NAME'],
  ])('is refused for %s', async (_, text, field) => {
    expect((await findIn({ 'Chart.yaml': text })).map((found) => `${found.field} ${found.reason}`)).toContain(
      `${field} profile`,
    );
  });

  it('may have fields that Helm does not know, and no apiVersion, which is v1 to Helm then', async () => {
    expect(await summaryOf({ 'Chart.yaml': 'name: app\nversion: 1.0.0' })).toEqual([]);
    expect(
      await summaryOf({ 'Chart.yaml': `${app}source: x\nappVersion: 1.0\nannotations: &a {b: c}\ndependencies:\n` }),
    ).toEqual([]);
  });

  it.each([
    ['a file in charts', { 'charts/README.md': '' }, 'charts/README.md'],
    ['a directory in charts without a Chart.yaml', { 'charts/x/values.yaml': '' }, 'charts/x'],
    ['an archive without a Chart.yaml', { 'charts/x.tgz': packChart({ 'values.yaml': '' }) }, 'charts/x.tgz'],
    [
      'two charts of one name',
      { 'charts/redis/Chart.yaml': redis, 'charts/redis.tgz': packed('1.2.3') },
      'charts/redis.tgz',
    ],
    ['a Chart.yaml that it hides', { '.helmignore': 'Chart.yaml' }, 'Chart.yaml'],
  ])('is refused for %s, which Helm cannot load', async (_, files: Tree, file) => {
    expect((await findIn({ 'Chart.yaml': app, ...files })).map((found) => `${found.file} ${found.reason}`)).toEqual([
      `${file} profile`,
    ]);
  });

  it.each([
    ['a signature', { 'charts/redis.tgz': packed('1.2.3'), 'charts/redis.tgz.prov': '' }],
    ['a file that begins with "_"', { 'charts/_notes.md': '' }],
    ['a file that begins with "."', { 'charts/.gitkeep': '' }],
    ['a file that .helmignore hides', { 'charts/README.md': '', '.helmignore': '*.md' }],
    ['a chart that nothing depends on', { 'charts/redis/Chart.yaml': redis }],
  ])('may have %s in charts', async (_, files: Tree) => {
    expect(await summaryOf({ 'Chart.yaml': app, ...files })).toEqual([]);
  });

  it.each([
    ['a negation', '!charts'],
    ['"**"', 'a/**'],
    ['a pattern that Helm refuses', '[a-'],
    ['too many rules', 'a\n'.repeat(300)],
  ])('cannot be judged with %s in .helmignore', async (_, text) => {
    expect(
      (await findIn({ 'Chart.yaml': app, '.helmignore': text })).map((found) => `${found.file} ${found.reason}`),
    ).toEqual(['.helmignore unreadable']);
  });

  it('is judged wherever it lies, in a kustomize package too, with all that it holds', async () => {
    const tree = {
      'kustomization.yaml': 'resources: []',
      'Chart.yaml': dependsOn('1.2.3'),
      'charts/redis/Chart.yaml': `${redis}dependencies: [{name: common, version: 1.0.0}]`,
      'deep/x/Chart.yaml': 'a: [',
    };

    expect(await summaryOf(tree)).toEqual([
      'charts/redis/Chart.yaml dependencies[0] unvendored common@1.0.0',
      'deep/x/Chart.yaml  unreadable ',
    ]);
  });

  it.each(['.argocd-source.yaml', 'deep/.argocd-source-app.yaml'])('has no %s, which Argo CD obeys', async (path) => {
    expect(await summaryOf({ 'Chart.yaml': app, [path]: '' })).toEqual([`${path}  profile `]);
  });

  it('cannot be judged where a file of it cannot be parsed', async () => {
    expect((await findIn({ 'Chart.yaml': 'a: [' }))[0]).toMatchObject({ file: 'Chart.yaml', reason: 'unreadable' });
    const locked = await findIn({
      'Chart.yaml': dependsOn('1.2.3'),
      'Chart.lock': '[',
      'charts/redis-1.2.3.tgz': packed('1.2.3'),
    });
    expect(locked).toMatchObject([{ file: 'Chart.lock', reason: 'unreadable' }]);
    expect((await findIn({ 'Chart.yaml': app, 'values.schema.json': '{' }))[0]).toMatchObject({ reason: 'unreadable' });
  });
});
