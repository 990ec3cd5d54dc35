import { describe, expect, it } from 'vitest';
import { findIn, summaryOf, type Tree } from './testing/find-in-tree.ts';

const root = 'kustomization.yaml';
const redis = 'apiVersion: v2\nname: redis\nversion: 1.2.3';
const chart = { 'charts/c/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0' };

describe('a chart that a kustomization renders', () => {
  it('lies in the chart home at the version that is asked for', async () => {
    const pulled = 'helmCharts: [{name: redis, version: 1.2.3, repo: "https://charts.example.com"}]';

    expect(await summaryOf({ [root]: 'helmCharts: [{name: redis}]', 'charts/redis/Chart.yaml': redis })).toEqual([]);
    expect(
      await summaryOf({
        [root]: 'helmCharts: [{name: redis}]\nhelmGlobals: {chartHome: .}',
        'redis/Chart.yaml': redis,
      }),
    ).toEqual([]);
    expect(await summaryOf({ [root]: pulled, 'charts/redis-1.2.3/redis/Chart.yaml': redis })).toEqual([]);
    expect(await summaryOf({ [root]: pulled, 'charts/redis/Chart.yaml': redis })).toEqual([
      `${root} helmCharts[0].repo remote https://charts.example.com`,
    ]);
    expect(
      await summaryOf({ [root]: 'helmCharts: [{name: redis, version: 2.0.0}]', 'charts/redis/Chart.yaml': redis }),
    ).toEqual([`${root} helmCharts[0] version redis@2.0.0`]);
    expect(await summaryOf({ [root]: 'helmCharts: [{name: redis}]\nhelmGlobals: {chartHome: /charts}' })).toEqual([
      `${root} helmGlobals.chartHome escapes /charts`,
    ]);
    expect(await summaryOf({ [root]: 'helmCharts: [{name: redis}]' })).toEqual([
      `${root} helmCharts[0].name unvendored redis`,
    ]);
    expect(await summaryOf({ [root]: 'helmChartInflationGenerator: [{chartName: redis}]' })).toEqual([
      `${root} helmChartInflationGenerator[0].name unvendored redis`,
    ]);
  });
});

/** The three places in which a kustomization can describe a chart, by the field that then stands in findings. */
function placesOf(fields: Readonly<Record<string, unknown>>): readonly (readonly [owner: string, tree: Tree])[] {
  const { name, ...others } = fields;
  const plugin = { apiVersion: 'builtin', kind: 'HelmChartInflationGenerator', metadata: { name: 'c' }, ...fields };
  return [
    ['helmCharts[0].', { ...chart, [root]: JSON.stringify({ helmCharts: [fields] }) }],
    [
      'helmChartInflationGenerator[0].',
      { ...chart, [root]: JSON.stringify({ helmChartInflationGenerator: [{ ...others, chartName: name }] }) },
    ],
    ['', { ...chart, [root]: 'generators: [g.yaml]', 'g.yaml': JSON.stringify(plugin) }],
  ];
}

async function findingsIn(tree: Tree): Promise<readonly string[]> {
  return (await findIn(tree)).map(({ field, reason }) => `${field} ${reason}`);
}

describe('what a chart entry hands to helm', () => {
  it.each([
    ['releaseName', '--values=http://127.0.0.1:8999/f'],
    ['ReleaseName', '--post-renderer=./x'],
    ['namespace', '-n'],
    ['nameTemplate', '-x'],
    ['nameTemplate', 'a{{ getHostByName "x.example.com" }}'],
    ['kubeVersion', '--debug'],
    ['repo', '-x'],
    ['helmHome', 'helm'],
    ['configHome', 'helm'],
    ['CONFIGHOME', 'helm'],
    ['releaseName', -1],
  ])('is refused under %s as %j', async (field, value) => {
    for (const [owner, tree] of placesOf({ name: 'c', [field]: value })) {
      expect(await findingsIn(tree)).toContain(`${owner}${field} profile`);
    }
  });

  it.each([
    ['name', { name: '-x' }],
    ['name', { name: 'a/b' }],
    ['name', { name: 'a,b' }],
    ['version', { name: 'c', version: '--x' }],
    ['apiVersions[1]', { name: 'c', apiVersions: ['v1', '--post-renderer=./x'] }],
  ])('is no option and no path under %s of %j', async (field, entry) => {
    expect(await findingsIn({ ...chart, [root]: JSON.stringify({ helmCharts: [entry] }) })).toContain(
      `helmCharts[0].${field} profile`,
    );
  });

  it('may be a plain name and values, which Helm does not evaluate', async () => {
    const [[, tree] = ['', {}]] = placesOf({
      name: 'c',
      nameTemplate: 'plain',
      releaseName: 'r',
      valuesInline: { a: '{{ x }}' },
    });

    expect(await summaryOf(tree)).toEqual([]);
  });

  it('is no values file that Helm takes for two', async () => {
    expect(
      await summaryOf({
        'v,/kustomization.yaml': 'helmCharts: [{name: c, additionalValuesFiles: [etc/passwd]}]',
        'v,/etc/passwd': '',
        'v,/charts/c/Chart.yaml': chart['charts/c/Chart.yaml'],
      }),
    ).toEqual(['v,/kustomization.yaml helmCharts[0].additionalValuesFiles[0] profile ']);
  });
});
