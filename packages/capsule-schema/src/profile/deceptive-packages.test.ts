import { describe, expect, it } from 'vitest';
import { findIn, type Tree } from './testing/find-in-tree.ts';

// Packages that reached outside while an imitation of kustomize and Helm called them self-contained: real kustomize 5.7 and
// 5.8, Helm 3 and 4, or Argo CD, followed each of the first of a kind. The others are its siblings.

const root = 'kustomization.yaml';
const config = { 'cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: good}\n' };
const chart = { 'Chart.yaml': 'apiVersion: v2\nname: app\nversion: 1.0.0\n', 'templates/cm.yaml': config['cm.yaml'] };
const dependency = 'dependencies: [{name: sub, version: 1.0.0, repository: "http://127.0.0.1:9377/charts"}]';
const sub = { 'charts/sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 1.0.0\n' };
const url = 'http://127.0.0.1:9377/p.yaml';

function listing(field: string, entry: string): Tree {
  return { ...config, [root]: JSON.stringify({ resources: ['cm.yaml'], [field]: [entry] }) };
}

const kinds: Readonly<Record<string, readonly Tree[]>> = {
  'a letter that Go folds or lower-cases into one of a host': [
    'g\u0130thub.com/o/r',
    'G\u0131thub.com/o/r',
    'github.com/o/r',
    'GITHUB.COM/o/r',
    'github.\u212aom/o/r',
    'git\u00adhub.com/o/r',
  ].map((name) => ({ ...listing('resources', name), [`${name}/${root}`]: 'resources: []' })),
  'a path that is a flow mapping, an anchor or a document mark to a parser': [
    `&x {apiVersion: builtin, kind: PatchTransformer, metadata: {name: x}, path: "${url}"}`,
    `--- {apiVersion: builtin, kind: PatchTransformer, metadata: {name: x}, path: "${url}"}`,
    `!!map {apiVersion: builtin, kind: PatchTransformer, metadata: {name: x}, path: "${url}"}`,
    `{apiVersion: builtin, kind: PatchTransformer, metadata: {name: x}, path: "${url}"}`,
    `# comment\n{apiVersion: builtin, kind: PatchTransformer, metadata: {name: x}, path: "${url}"}`,
    `? apiVersion\n: builtin\n`,
  ].flatMap((text) =>
    ['generators', 'transformers', 'validators'].map((field) => ({ ...listing(field, text), [text]: '' })),
  ),
  'an inline text whose path reading climbs': [
    'x\n/../../outside.yaml',
    '{x}/../../outside.yaml',
    'a: b\n/../../outside.yaml',
    '"a\n"/../../../x',
  ].map((text) => listing('patchesStrategicMerge', text)),
  'an inline plugin whose path reading is a directory outside': [
    'apiVersion: builtin\nkind: NamespaceTransformer\nnamespace: x/../../evil-dir',
    'apiVersion: builtin\nkind: NamespaceTransformer\nmetadata:\n  name: x\nnamespace: x/../../evil-dir',
    'apiVersion: builtin\nkind: LabelTransformer\nlabels: {a: b}',
  ].map((text) => listing('transformers', text)),
  'an escaped line break of YAML 1.1, which ends a comment for some readers': ['\u0085', '\u2028', '\u2029', '\r'].map(
    (end) =>
      listing(
        'transformers',
        `apiVersion: builtin\nkind: LabelTransformer #${end}kind: PatchTransformer\nmetadata:\n  name: x\n`,
      ),
  ),
  'a field in two spellings': [
    {
      ...config,
      [root]: `helmGlobals: {chartHome: a, CHARTHOME: b}\nhelmCharts: [{name: c}]`,
      'a/c/Chart.yaml': chart['Chart.yaml'],
    },
    { ...config, [root]: 'resources: [cm.yaml]\nRESOURCES: ["https://example.com/x"]' },
    { ...config, [root]: 're\u017fources: ["https://example.com/x"]' },
    {
      ...config,
      [root]: 'generators: [g.yaml]',
      'g.yaml': 'apiVersion: builtin\nkind: ConfigMapGenerator\nfiles: [cm.yaml]\nFiles: [../x]',
    },
    { ...chart, 'Chart.yaml': `${chart['Chart.yaml']}dependencies: []\nDEPENDENCIES: [{name: sub, version: 1.0.0}]` },
    { ...chart, 'Chart.yaml': `${chart['Chart.yaml']}dependencie\u017f: [{name: sub, version: 1.0.0}]` },
  ],
  'a kustomization in a directory of plugins, which can patch them': ['generators', 'transformers', 'validators'].map(
    (field) => ({
      ...listing(field, 'dir'),
      'dir/kustomization.yaml': 'resources: [t.yaml]\npatches: [{target: {kind: LabelTransformer}, patch: "[]"}]',
      'dir/t.yaml': 'apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: x}',
    }),
  ),
  'a second kustomization in a directory': [
    { ...config, [root]: 'resources: [cm.yaml]', Kustomization: 'resources: ["https://example.com/x"]' },
    { ...config, [root]: 'resources: [cm.yaml]', 'kustomization.yml': 'resources: [cm.yaml]' },
    { ...listing('resources', 'a'), 'a/kustomization.yml': '', 'a/Kustomization': '' },
  ],
  'a package of two kinds': [
    { ...chart, [root]: 'resources: ["https://example.com/x"]' },
    { ...chart, 'templates/kustomization.yaml': 'resources: [../../x]' },
    { ...config, 'Chart.yaml': `${chart['Chart.yaml']}${dependency}`, 'base/kustomization.yaml': 'resources: []' },
    { ...config, 'deep/Chart.yaml': `${chart['Chart.yaml']}${dependency}`, [root]: 'resources: [cm.yaml]' },
  ],
  'a file that Argo CD obeys': ['.argocd-source.yaml', '.argocd-source-app.yaml', 'base/.argocd-source.yaml'].map(
    (file) => ({
      ...chart,
      [file]: 'helm: {valueFiles: ["https://example.com/values.yaml"]}',
    }),
  ),
  'a dependency that .helmignore hides': [
    'charts/sub',
    'charts/',
    '/charts',
    'sub',
    'charts/s?b',
    'charts/[a-z]*',
    'Chart.yaml',
    '*.yaml',
  ].map((rule) => ({
    ...chart,
    ...sub,
    'Chart.yaml': `${chart['Chart.yaml']}${dependency}`,
    '.helmignore': `# hides\n${rule}\n`,
  })),
  'a schema that leads outside': [
    { $ref: url },
    { not: { $ref: 'other.json' } },
    { $schema: url },
    { $defs: { a: { $id: url } }, $ref: '#/$defs/a' },
  ].map((schema) => ({ ...chart, 'values.schema.json': JSON.stringify(schema) })),
};

describe.each(Object.entries(kinds))('%s', (_, trees) => {
  it.each(trees.map((tree, index) => [index + 1, tree] as const))('is refused, form %i', async (_index, tree) => {
    expect(await findIn(tree)).not.toEqual([]);
  });
});

it('refuses none of what these packages have in common', async () => {
  expect(await findIn({ ...listing('resources', 'cm.yaml') })).toEqual([]);
  expect(await findIn({ ...chart, ...sub, 'Chart.yaml': `${chart['Chart.yaml']}${dependency}` })).toEqual([]);
});
