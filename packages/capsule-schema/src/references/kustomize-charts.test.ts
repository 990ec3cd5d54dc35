import { describe, expect, it } from 'vitest';
import { summaryOf } from './testing/find-in-tree.ts';

const root = 'kustomization.yaml';

describe('charts in a kustomization', () => {
  it('takes a chart from the chart home, and reports one that kustomize would pull', async () => {
    const chart = 'name: redis\nversion: 1.2.3';
    const pulled = 'helmCharts: [{name: redis, version: 1.2.3, repo: "https://charts.example.com"}]';

    expect(await summaryOf({ [root]: 'helmCharts: [{name: redis}]', 'charts/redis/Chart.yaml': chart })).toEqual([]);
    expect(await summaryOf({ [root]: pulled, 'charts/redis-1.2.3/redis/Chart.yaml': chart })).toEqual([]);
    expect(await summaryOf({ [root]: pulled, 'charts/redis/Chart.yaml': chart })).toEqual([
      `${root} helmCharts[0].repo remote https://charts.example.com`,
    ]);
    expect(
      await summaryOf({ [root]: 'helmCharts: [{name: redis, version: 2.0.0}]', 'charts/redis/Chart.yaml': chart }),
    ).toEqual([`${root} helmCharts[0] version redis@2.0.0`]);
    expect(await summaryOf({ [root]: 'helmCharts: [{name: redis}]\nhelmGlobals: {chartHome: /charts}' })).toEqual([
      `${root} helmGlobals.chartHome escapes /charts`,
    ]);
    expect(await summaryOf({ [root]: 'helmCharts: [{name: redis}]' })).toEqual([
      `${root} helmCharts[0].name unvendored redis`,
    ]);
  });

  it('checks the dependencies of a chart that a kustomization uses', async () => {
    const tree = {
      [root]: 'helmCharts: [{name: c}]',
      'charts/c/Chart.yaml': 'name: c\nversion: 1.0.0\ndependencies: [{name: d, version: 1.0.0}]',
    };

    expect(await summaryOf(tree)).toEqual(['charts/c/Chart.yaml dependencies[0] unvendored d@1.0.0']);
  });
});
