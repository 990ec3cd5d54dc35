import { parseEntryPath } from '@release-capsule/schema';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { listCharts } from './list-charts.ts';

function file(path: string, content: string | Uint8Array = '') {
  const bytes = Buffer.from(content);
  return {
    path: parseEntryPath(path),
    size: bytes.byteLength,
    content: async function* () {
      yield bytes;
    },
  };
}

it('lists vendored charts, unpacked and packed, nested ones too', async () => {
  const charts = await listCharts([
    file('Chart.yaml', 'name: app\nversion: 1.0.0'),
    file('charts/redis-ha-1.2.3-rc.1.tgz'),
    file('charts/web/Chart.yaml', 'name: web\nversion: 2.0.0'),
    file('charts/web/charts/common/Chart.yaml', 'name: common\nversion: 3.0.0'),
    file('charts/web/templates/Chart.yaml', 'name: no\nversion: 0.0.0'),
  ]);

  expect(charts).toEqual([
    { name: 'redis-ha', version: '1.2.3-rc.1', directory: 'charts/redis-ha-1.2.3-rc.1.tgz' },
    { name: 'web', version: '2.0.0', directory: 'charts/web' },
    { name: 'common', version: '3.0.0', directory: 'charts/web/charts/common' },
  ]);
});

it('leaves out a chart without name or version, whatever its bytes', async () => {
  expect(await listCharts([file('charts/a/Chart.yaml', 'name: a\nversion: 1')])).toEqual([]);
  await fc.assert(
    fc.asyncProperty(fc.uint8Array(), async (bytes) => {
      expect((await listCharts([file('charts/a/Chart.yaml', bytes)])).length).toBeLessThanOrEqual(1);
    }),
  );
});
