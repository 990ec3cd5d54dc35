import { describe, expect, it } from 'vitest';
import { findIn, summaryOf } from './testing/find-in-tree.ts';
import { packChart } from './testing/pack-chart.ts';

describe('a chart', () => {
  const dependency = (version: string) =>
    `name: app\ndependencies: [{name: redis, version: "${version}", repository: "https://charts.example.com"}]`;
  const lock = 'dependencies: [{name: redis, version: 1.2.3, repository: "https://charts.example.com"}]';
  const redis = 'name: redis\nversion: 1.2.3';
  const packed = (version: string, name = 'redis') => packChart({ 'Chart.yaml': `name: ${name}\nversion: ${version}` });

  it('takes a dependency that is vendored at its locked version, unpacked or as an archive', async () => {
    const chart = { 'Chart.yaml': dependency('^1.0.0'), 'Chart.lock': lock };

    expect(await summaryOf({ ...chart, 'charts/redis/Chart.yaml': redis }, 'helm')).toEqual([]);
    expect(await summaryOf({ ...chart, 'charts/redis-1.2.3.tgz': packed('1.2.3') }, 'helm')).toEqual([]);
  });

  it('reports what is not vendored, or at another version than the locked one', async () => {
    const chart = { 'Chart.yaml': dependency('^1.0.0'), 'Chart.lock': lock };

    expect(await summaryOf(chart, 'helm')).toEqual(['Chart.yaml dependencies[0] unvendored redis@^1.0.0']);
    expect(await summaryOf({ ...chart, 'charts/redis-1.2.4.tgz': packed('1.2.4') }, 'helm')).toEqual([
      'Chart.yaml dependencies[0] version redis@^1.0.0',
    ]);
    expect(await summaryOf({ ...chart, 'charts/redis-ha-1.2.3.tgz': packed('1.2.3', 'redis-ha') }, 'helm')).toEqual([
      'Chart.yaml dependencies[0] unvendored redis@^1.0.0',
    ]);
    expect(
      await summaryOf({ ...chart, 'Chart.lock': 'dependencies: []', 'charts/redis-1.2.3.tgz': packed('1.2.3') }, 'helm'),
    ).toEqual(['Chart.yaml dependencies[0] version redis@^1.0.0']);
  });

  it('asks for the exact version where there is no lock, and lets the one that lies there settle a range', async () => {
    expect(await summaryOf({ 'Chart.yaml': dependency('1.2.3'), 'charts/redis-1.2.3.tgz': packed('1.2.3') }, 'helm')).toEqual([]);
    expect(await summaryOf({ 'Chart.yaml': dependency('v1.2.3'), 'charts/redis/Chart.yaml': redis }, 'helm')).toEqual(
      [],
    );
    expect(await summaryOf({ 'Chart.yaml': dependency('1.2.4'), 'charts/redis-1.2.3.tgz': packed('1.2.3') }, 'helm')).toHaveLength(
      1,
    );
    expect(await summaryOf({ 'Chart.yaml': dependency('>=1'), 'charts/redis-1.2.3.tgz': packed('1.2.3') }, 'helm')).toEqual([]);
    expect(
      await summaryOf(
        { 'Chart.yaml': dependency('>=1'), 'charts/redis-1.2.3.tgz': packed('1.2.3'), 'charts/redis-1.3.0.tgz': packed('1.3.0') },
        'helm',
      ),
    ).toHaveLength(1);
  });

  it('reads the requirements of an older chart', async () => {
    const tree = {
      'Chart.yaml': 'name: app',
      'requirements.yaml': 'dependencies: [{name: redis, version: 1.2.3}]',
      'requirements.lock': lock,
    };

    expect(await summaryOf(tree, 'helm')).toEqual(['requirements.yaml dependencies[0] unvendored redis@1.2.3']);
    expect(await summaryOf({ ...tree, 'charts/redis-1.2.3.tgz': packed('1.2.3') }, 'helm')).toEqual([]);
  });

  it('checks nested charts', async () => {
    const tree = {
      'Chart.yaml': 'name: app',
      'charts/redis/Chart.yaml': `${redis}\ndependencies: [{name: common, version: 1.0.0}]`,
    };

    expect(await summaryOf(tree, 'helm')).toEqual(['charts/redis/Chart.yaml dependencies[0] unvendored common@1.0.0']);
  });

  it('reports a values schema that Helm would fetch from elsewhere', async () => {
    const schema = {
      $schema: 'http://json-schema.org/draft-07/schema#',
      $defs: { own: {} },
      properties: {
        a: { $ref: 'https://example.com/x.json' },
        b: { $ref: '#/$defs/own' },
        d: { $ref: '../x.json' },
      },
    };

    expect(
      await summaryOf({ 'Chart.yaml': 'name: app', 'values.schema.json': JSON.stringify(schema) }, 'helm'),
    ).toEqual([
      'values.schema.json $ref escapes ../x.json',
      'values.schema.json $ref remote https://example.com/x.json',
    ]);
  });

  it('calls charts that cannot be parsed unreadable', async () => {
    expect((await findIn({ 'Chart.yaml': 'a: [' }, 'helm'))[0]).toMatchObject({
      file: 'Chart.yaml',
      reason: 'unreadable',
    });
    expect(
      (
        await findIn({ 'Chart.yaml': dependency('1.2.3'), 'Chart.lock': '[', 'charts/redis-1.2.3.tgz': packed('1.2.3') }, 'helm')
      ).map((f) => f.file),
    ).toContain('Chart.lock');
    expect((await findIn({ 'Chart.yaml': 'name: a', 'values.schema.json': '{' }, 'helm'))[0]).toMatchObject({
      reason: 'unreadable',
    });
  });
});
