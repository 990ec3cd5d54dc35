import { describe, expect, it } from 'vitest';
import { summaryOf, type Tree } from './testing/find-in-tree.ts';

const root = 'kustomization.yaml';
const chart = { 'charts/c/Chart.yaml': 'name: c\nversion: 1.0.0' };

/** The three places in which a kustomization can describe a chart, by the field that then stands in findings. */
function placesOf(fields: string): readonly (readonly [owner: string, tree: Tree])[] {
  const plugin = `{apiVersion: builtin, kind: HelmChartInflationGenerator, metadata: {name: c}, ${fields}}`;
  return [
    ['helmCharts[0].', { ...chart, [root]: `helmCharts: [{${fields}}]` }],
    ['helmChartInflationGenerator[0].', { ...chart, [root]: `helmChartInflationGenerator: [{${fields}, chartName: c}]` }],
    ['', { ...chart, [root]: 'generators: [g.yaml]', 'g.yaml': plugin }],
  ];
}

describe('what a chart entry hands to helm', () => {
  it.each([
    ['releaseName', 'releaseName: "--values=http://127.0.0.1:8999/f"'],
    ['ReleaseName', 'ReleaseName: --post-renderer=./x'],
    ['namespace', 'namespace: "-n"'],
    ['nameTemplate', 'nameTemplate: "-x"'],
    ['kubeVersion', 'kubeVersion: "--debug"'],
    ['apiVersions[1]', 'apiVersions: [v1, "--post-renderer=./x"]'],
    ['repo', 'repo: "-x"'],
    ['releaseName', 'releaseName: -1'],
  ])('is no option under %s', async (field, fields) => {
    for (const [owner, tree] of placesOf(`name: c, ${fields}`)) {
      const found = (await summaryOf(tree)).map((line) => line.split(' ').slice(1, 3).join(' '));
      expect(found).toContain(`${owner}${field} unreadable`);
    }
  });

  it.each([
    ['name', '{name: "-x"}'],
    ['name', '{name: "a/b"}'],
    ['name', '{name: "a,b"}'],
    ['version', '{name: c, version: "--x"}'],
  ])('is no option, nor a path, under %s of %s', async (field, entry) => {
    expect(await summaryOf({ ...chart, [root]: `helmCharts: [${entry}]` })).toContain(
      `${root} helmCharts[0].${field} unreadable `,
    );
  });

  it('is no template: Helm would read the environment and look names up', async () => {
    for (const [owner, tree] of placesOf(`name: c, nameTemplate: 'a{{ getHostByName "x.example.com" }}'`)) {
      const found = (await summaryOf(tree)).map((line) => line.split(' ').slice(1, 3).join(' '));
      expect(found).toContain(`${owner}nameTemplate unreadable`);
    }
    for (const [, tree] of placesOf('name: c, nameTemplate: plain, releaseName: r, valuesInline: {a: "{{ x }}"}')) {
      expect(await summaryOf(tree)).toEqual([]);
    }
  });

  it('is no values file that Helm takes for two', async () => {
    const decoy = { 'v,/etc/passwd': '', v: '' };

    expect(
      await summaryOf({ ...chart, ...decoy, [root]: 'helmCharts: [{name: c, additionalValuesFiles: [v, "v,/etc/passwd"]}]' }),
    ).toEqual([`${root} helmCharts[0].additionalValuesFiles[1] unreadable `]);
    expect(
      await summaryOf({
        'v,/kustomization.yaml': 'helmCharts: [{name: c, additionalValuesFiles: [etc/passwd]}]',
        'v,/etc/passwd': '',
        'v,/charts/c/Chart.yaml': 'name: c\nversion: 1.0.0',
      }),
    ).toEqual(['v,/kustomization.yaml helmCharts[0].additionalValuesFiles[0] unreadable ']);
  });

  it.each(['configHome', 'helmHome', 'CONFIGHOME'])('is no %s, from which Helm takes plugins', async (field) => {
    expect(await summaryOf({ [root]: `helmGlobals: {${field}: helm}` })).toEqual([
      `${root} helmGlobals.${field} unreadable `,
    ]);
    for (const [owner, tree] of placesOf(`name: c, ${field}: helm`)) {
      const found = (await summaryOf(tree)).map((line) => line.split(' ').slice(1, 3).join(' '));
      expect(found).toContain(`${owner}${field} unreadable`);
    }
  });
});
