import { describe, expect, it } from 'vitest';
import { findIn, summaryOf } from './testing/find-in-tree.ts';

const root = 'kustomization.yaml';

describe('a kustomization', () => {
  it('finds nothing where every reference is in the package', async () => {
    const found = await summaryOf({
      'overlays/test/kustomization.yaml': [
        'resources: [../../base, extra.yaml]',
        'components: [../../components/scaling/]',
        'patches: [{path: patch.yaml}, {patch: "- op: remove\\n  path: /x"}]',
        'patchesStrategicMerge:\n  - patch.yaml\n  - |\n    kind: Deployment',
        'configMapGenerator: [{files: [a.txt, key=b.txt], envs: [c.env], env: c.env, literals: [url=https://x]}]',
        'openapi: {path: schema.json}',
        'images: [{name: https://not-a-reference}]',
      ].join('\n'),
      ...Object.fromEntries(
        ['extra.yaml', 'patch.yaml', 'a.txt', 'b.txt', 'c.env', 'schema.json'].map((n) => [`overlays/test/${n}`, '']),
      ),
      'base/kustomization.yml': 'resources: [x.yaml]',
      'base/x.yaml': '',
      'components/scaling/Kustomization': 'kind: Component',
    });

    expect(found).toEqual([]);
  });

  it.each([
    'https://example.com/x.yaml',
    'HTTPS://example.com/x.yaml',
    'http:x.yaml',
    'git@github.com:org/repo.git',
    'github.com/org/repo//path?ref=main',
    'GitHub.com/org/repo',
    'git::https://example.com/org/repo',
    'ssh://git@example.com/org/repo',
    'file:///etc/passwd',
    'user@host:repo',
    'oci://ghcr.io/org/repo',
  ])('reports the resource %s as remote', async (reference) => {
    expect(await summaryOf({ [root]: `resources: ["${reference}"]` })).toEqual([
      `${root} resources[0] remote ${reference}`,
    ]);
  });

  it('reports a Git host as remote even where the package has a directory of that name', async () => {
    const tree = {
      [root]: 'resources: [github.com/org/repo]',
      'github.com/org/repo/kustomization.yaml': 'kind: Component',
    };

    expect(await summaryOf(tree)).toEqual([`${root} resources[0] remote github.com/org/repo`]);
  });

  it('reports a URL with a line break, which is no inline configuration', async () => {
    const tree = { [root]: 'generators: ["https://github.com/org/repo?x=\\n"]' };

    expect((await findIn(tree))[0]).toMatchObject({ field: 'generators[0]', reason: 'remote' });
  });

  it.each(['/etc/passwd', '../x.yaml', 'a/../../x.yaml', '../kustomize/base'])(
    'reports %s as an escape',
    async (path) => {
      expect(await summaryOf({ [root]: `resources: ["${path}"]` })).toEqual([`${root} resources[0] escapes ${path}`]);
    },
  );

  it('reports what is missing, is a directory without kustomization, or differs in case', async () => {
    const tree = { [root]: 'resources: [gone.yaml, sub, X.yaml]', 'sub/y.yaml': '', 'x.yaml': '' };

    expect(await summaryOf(tree)).toEqual([
      `${root} resources[0] missing gone.yaml`,
      `${root} resources[1] missing sub`,
      `${root} resources[2] missing X.yaml`,
    ]);
  });

  it.each([
    ['bases', 'bases: [gone]', 'bases[0]'],
    ['components', 'components: [x.yaml]', 'components[0]'],
    ['crds', 'crds: [gone]', 'crds[0]'],
    ['configurations', 'configurations: [gone]', 'configurations[0]'],
    ['patches', 'patches: [{path: gone}]', 'patches[0].path'],
    ['patchesStrategicMerge', 'patchesStrategicMerge: [gone]', 'patchesStrategicMerge[0]'],
    ['patchesJson6902', 'patchesJson6902: [{path: gone}]', 'patchesJson6902[0].path'],
    ['replacements', 'replacements: [{path: gone}]', 'replacements[0].path'],
    ['generator files', 'secretGenerator: [{files: [k=gone]}]', 'secretGenerator[0].files[0]'],
    ['generator envs', 'configMapGenerator: [{envs: [gone]}]', 'configMapGenerator[0].envs[0]'],
    ['generator env', 'configMapGenerator: [{env: gone}]', 'configMapGenerator[0].env'],
    ['openapi', 'openapi: {path: gone}', 'openapi.path'],
    ['generators', 'generators: [gone]', 'generators[0]'],
    ['transformers', 'transformers: [gone]', 'transformers[0]'],
    ['validators', 'validators: [gone]', 'validators[0]'],
    ['values file', 'helmCharts: [{name: c, valuesFile: gone}]', 'helmCharts[0].valuesFile'],
    [
      'values files',
      'helmCharts: [{name: c, additionalValuesFiles: [gone]}]',
      'helmCharts[0].additionalValuesFiles[0]',
    ],
    [
      'old values',
      'helmChartInflationGenerator: [{chartName: c, values: gone}]',
      'helmChartInflationGenerator[0].values',
    ],
  ])('looks at %s', async (_, text, field) => {
    const tree = { [root]: text, 'x.yaml': '', 'charts/c/Chart.yaml': 'name: c\nversion: 1.0.0' };

    expect((await findIn(tree)).map((found) => [found.field, found.reason])).toEqual([[field, 'missing']]);
  });

  it.each(['Resources', 'RESOURCES', 're\u017fources'])('takes %s for resources, as a Go decoder does', async (key) => {
    expect((await findIn({ [root]: `${key}: [https://example.com]` }))[0]).toMatchObject({
      field: `${key}[0]`,
      reason: 'remote',
    });
  });

  it.each([
    ['a duplicate key', 'resources: [a]\nresources: [b]'],
    ['several documents', 'resources: []\n---\nresources: []'],
    ['no mapping', '- a'],
    ['nothing', ''],
    ['an unknown field', 'imports: [a]'],
    ['a tag that decodes', 'resources: [!!binary eC55YW1s]'],
    ['a merge key', '<<: {resources: [x.yaml]}'],
    ['a comment that ends early for YAML 1.1', '# x\u2028resources: [https://example.com]'],
    ['a lone carriage return', '# x\rresources: [https://example.com]'],
    ['a list that is none', 'resources: x.yaml'],
    ['an entry that is no text', 'resources: [1]'],
    ['deep nesting', `resources: ${'['.repeat(50_000)}`],
    ['too many aliases', `a: &a [x]\nresources: [${'*a,'.repeat(200)}]`],
    ['an alias in itself', 'resources: &a [*a]'],
    ['too many bytes', `# ${'x'.repeat(300_000)}`],
  ])('calls a kustomization with %s unreadable', async (_, text) => {
    expect((await findIn({ [root]: text, 'x.yaml': '' })).map((found) => found.reason)).toContain('unreadable');
  });

  it('follows aliases', async () => {
    const tree = { [root]: 'bases: &a ["https://example.com"]\nresources: *a' };

    expect((await findIn(tree)).map((found) => found.field)).toEqual(['resources[0]', 'bases[0]']);
  });
});
