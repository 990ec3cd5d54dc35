import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { findIn, summaryOf } from './testing/find-in-tree.ts';
import { packChart, packFiles } from './testing/pack-chart.ts';

const app = 'apiVersion: v2\nname: app\nversion: 1.0.0';
const chart = { 'Chart.yaml': `${app}\ndependencies: [{name: redis, version: 1.2.3}]` };
const redis = 'apiVersion: v2\nname: redis\nversion: 1.2.3';
const url = 'http://127.0.0.1:8999/x.json';

describe('a packed chart', () => {
  it('is taken by what its own Chart.yaml says, whatever its file is called', async () => {
    expect(await summaryOf({ ...chart, 'charts/x.tgz': packChart({ 'Chart.yaml': redis }) })).toEqual([]);
    expect(
      await summaryOf({
        ...chart,
        'charts/redis-1.2.3.tgz': packChart({ 'Chart.yaml': 'apiVersion: v2\nname: redis\nversion: 6.6.6' }),
      }),
    ).toEqual(['Chart.yaml dependencies[0] version redis@1.2.3']);
    expect(
      await summaryOf({
        ...chart,
        'charts/redis-1.2.3.tgz': packChart({ 'Chart.yaml': 'apiVersion: v2\nname: other\nversion: 1.2.3' }),
      }),
    ).toEqual(['Chart.yaml dependencies[0] unvendored redis@1.2.3']);
  });

  it('is looked through as an unpacked one is, and so are those in it', async () => {
    const schema = JSON.stringify({ $ref: url });
    const inner = packChart({
      'Chart.yaml': 'apiVersion: v2\nname: inner\nversion: 1.0.0',
      'values.schema.json': schema,
    });
    const outer = packChart({
      'Chart.yaml': `${redis}\ndependencies: [{name: gone, version: 1.0.0}]`,
      'values.schema.json': schema,
      'charts/inner.tgz': inner,
      'charts/plain/Chart.yaml': 'apiVersion: v2\nname: plain\nversion: 1.0.0',
      'charts/plain/values.schema.json': schema,
    });

    expect(await summaryOf({ ...chart, 'charts/redis.tgz': outer })).toEqual([
      'charts/redis.tgz/Chart.yaml dependencies[0] unvendored gone@1.0.0',
      `charts/redis.tgz/charts/inner.tgz/values.schema.json $ref remote ${url}`,
      `charts/redis.tgz/charts/plain/values.schema.json $ref remote ${url}`,
      `charts/redis.tgz/values.schema.json $ref remote ${url}`,
    ]);
  });

  it('is looked through where nothing depends on it: Helm loads it all the same', async () => {
    const extra = packChart({
      'Chart.yaml': 'apiVersion: v2\nname: x\nversion: 1.0.0',
      'values.schema.json': JSON.stringify({ $ref: url }),
    });

    expect(await summaryOf({ 'Chart.yaml': app, 'charts/x.tgz': extra })).toEqual([
      `charts/x.tgz/values.schema.json $ref remote ${url}`,
    ]);
    expect(await summaryOf({ 'Chart.yaml': app, 'charts/_x.tgz': extra })).toEqual([]);
  });

  it('is looked through in a chart that a kustomization uses', async () => {
    const tree = {
      'kustomization.yaml': 'helmCharts: [{name: c}]',
      'charts/c/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0',
      'charts/c/charts/x.tgz': packChart({
        'Chart.yaml': 'apiVersion: v2\nname: x\nversion: 1.0.0',
        'values.schema.json': JSON.stringify({ $ref: url }),
      }),
    };

    expect(await summaryOf(tree)).toEqual([`charts/c/charts/x.tgz/values.schema.json $ref remote ${url}`]);
  });

  it.each([
    ['no gzip', Buffer.from('x')],
    ['empty', new Uint8Array()],
    ['no archive', gzipSync(Buffer.from('x'.repeat(600)))],
    ['with a Chart.yaml outside its directory', packFiles([{ path: 'Chart.yaml', content: redis }])],
    ['larger than is read', new Uint8Array(4 * 1024 * 1024 + 1)],
    ['a bomb', gzipSync(Buffer.alloc(21 * 1024 * 1024))],
  ])('is unreadable where it is %s', async (_, bytes) => {
    const found = await findIn({ 'Chart.yaml': app, 'charts/x.tgz': bytes });

    expect(found).toMatchObject([{ file: 'charts/x.tgz', reason: 'unreadable' }]);
  });

  it('is unreadable where it is packed in one after the other', async () => {
    let bytes = packChart({ 'Chart.yaml': 'apiVersion: v2\nname: x\nversion: 1.0.0' });
    for (let depth = 0; depth < 6; depth += 1) {
      bytes = packChart({ 'Chart.yaml': 'apiVersion: v2\nname: x\nversion: 1.0.0', 'charts/x.tgz': bytes });
    }

    expect((await findIn({ 'Chart.yaml': app, 'charts/x.tgz': bytes })).map(({ reason }) => reason)).toEqual([
      'unreadable',
    ]);
  });

  it('is opened within a bound on all of them together, bombs included', async () => {
    const bomb = gzipSync(Buffer.alloc(21 * 1024 * 1024));
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`charts/b${n}.tgz`, bomb]));
    const started = performance.now();

    expect(await findIn({ 'Chart.yaml': app, ...many })).toHaveLength(300);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
