import type { Contact } from './contacts.ts';
import { stage } from './outside.ts';

/** A package that reaches outside itself, and the means that the experiment must notice at least. */
export interface KnownAttack {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly means: readonly Contact['means'][];
}

const resource = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: cm-1\ndata:\n  a: good\n';
const remotePatch =
  '{apiVersion: builtin, kind: PatchTransformer, metadata: {name: p}, target: {kind: ConfigMap}, path: "http://127.0.0.1:9377/p.yaml"}';
const chart = 'apiVersion: v2\nname: app\nversion: 1.0.0\n';
const unvendored = `${chart}dependencies:\n- {name: sub, version: 1.0.0, repository: "http://127.0.0.1:9377/charts"}\n`;
const pulledChart = 'name: tool, repo: "http://127.0.0.1:9377/charts", version: 1.0.0, releaseName: r';
const inflation = 'apiVersion: builtin, kind: HelmChartInflationGenerator';
const pulledChartFiles = {
  'charts/tool-1.0.0/tool/Chart.yaml': 'apiVersion: v2\nname: tool\nversion: 1.0.0\n',
  'cm.yaml': resource,
};

function kustomization(text: string, more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return { 'kustomization.yaml': `resources: [cm.yaml]\n${text}\n`, 'cm.yaml': resource, ...more };
}

/** A transformer that kustomize takes for YAML, and a file that has it as its path. */
function mistakable(transformer: string): Readonly<Record<string, string>> {
  return kustomization(`transformers: ['${transformer}']`, { [transformer.replace('//', '/')]: '' });
}

function inFolder(folder: string, files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(files).map(([path, content]) => [`${folder}/${path}`, content]));
}

function chartWith(schema: string): Readonly<Record<string, string>> {
  return { 'Chart.yaml': chart, 'values.yaml': 'a: 1\n', 'values.schema.json': schema, 'templates/cm.yaml': resource };
}

/** One attack of each known kind. The experiment proves nothing unless it notices every one of them. */
export const knownAttacks: readonly KnownAttack[] = [
  { name: 'path-beside', files: { 'kustomization.yaml': 'resources: [../outside.yaml]\n' }, means: ['mark', 'open'] },
  { name: 'path-absolute', files: { 'kustomization.yaml': `resources: [${stage}/outside.yaml]\n` }, means: ['mark', 'open'] },
  {
    name: 'path-in-secret',
    files: kustomization('secretGenerator: [{name: s, files: [../outside.env]}]'),
    means: ['mark', 'open'],
  },
  {
    name: 'path-home',
    files: kustomization('configMapGenerator: [{name: c, envs: [../../home/outside.env]}]'),
    means: ['mark', 'open'],
  },
  {
    name: 'url-http',
    files: { 'kustomization.yaml': 'resources: ["http://outside.example/r.yaml"]\n' },
    means: ['mark', 'connection'],
  },
  {
    name: 'url-https',
    files: { 'kustomization.yaml': 'resources: ["https://github.com/example/repo"]\n' },
    means: ['connection', 'program'],
  },
  { name: 'git-scp', files: { 'kustomization.yaml': 'resources: ["git@outside.example:example/repo"]\n' }, means: ['program'] },
  { name: 'git-file', files: { 'kustomization.yaml': `resources: ["file://${stage}/evil"]\n` }, means: ['program'] },
  {
    name: 'host-folded',
    files: {
      'kustomization.yaml': 'resources: ["g\u0130thub.com/example/repo"]\n',
      'g\u0130thub.com/example/repo/kustomization.yaml': 'namePrefix: a-\n',
    },
    means: ['program'],
  },
  {
    name: 'document-mark-inline',
    files: { ...inFolder('a', mistakable(`--- ${remotePatch}`)), 'kustomization.yaml': 'resources: [a]\n' },
    means: ['connection', 'mark'],
  },
  { name: 'anchor-inline', files: mistakable(`&x ${remotePatch}`), means: ['connection', 'mark'] },
  {
    name: 'inline-without-name',
    files: kustomization('transformers: ["apiVersion: builtin\\nkind: NamespaceTransformer\\nnamespace: x/../../evil-plugins"]'),
    means: ['mark', 'open'],
  },
  {
    name: 'merge-brace',
    files: kustomization('patchesStrategicMerge: ["{x}/../../outside-merge.yaml"]'),
    means: ['mark', 'open'],
  },
  {
    name: 'merge-newline',
    files: kustomization('patchesStrategicMerge: ["x\\n/../../outside-merge.yaml"]'),
    means: ['mark', 'open'],
  },
  {
    name: 'comment-ended-by-a-line-separator',
    files: kustomization(
      'transformers: ["apiVersion: builtin\\nkind: PatchTransformer\\nmetadata: {name: p}\\ntarget: {kind: ConfigMap}\\n' +
        '# note\\u2028path: ../outside-patch.yaml\\n"]',
    ),
    means: ['open'],
  },
  {
    name: 'two-spellings',
    files: {
      'kustomization.yaml': `helmGlobals: {chartHome: a, CHARTHOME: b}\nhelmCharts: [{${pulledChart}}]\n`,
      ...pulledChartFiles,
    },
    means: ['connection'],
  },
  {
    name: 'two-spellings-in-a-plugin',
    files: {
      'kustomization.yaml': 'generators: [g.yaml]\n',
      'g.yaml': `{${inflation}, metadata: {name: g}, ${pulledChart}, chartHome: a, CHARTHOME: b}\n`,
      ...pulledChartFiles,
    },
    means: ['connection'],
  },
  {
    name: 'plugins-patched-in-a-directory',
    files: kustomization('transformers: [plugins]', {
      'plugins/kustomization.yaml':
        'resources: [t.yaml]\npatches:\n- target: {kind: PatchTransformer}\n' +
        '  patch: "- {op: add, path: /path, value: ../outside-patch.yaml}"\n',
      'plugins/t.yaml': 'apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: p}\ntarget: {kind: ConfigMap}\n',
    }),
    means: ['mark', 'open'],
  },
  {
    name: 'values-beside',
    files: kustomization('helmCharts: [{name: app, releaseName: r, valuesFile: ../outside-values.yaml}]', {
      'charts/app/Chart.yaml': chart,
      'charts/app/templates/cm.yaml': resource.replace('cm-1', 'cm-2').replace('good', '{{ .Values.mark }}'),
    }),
    means: ['mark', 'open'],
  },
  {
    name: 'environment',
    files: kustomization(`helmCharts: [{name: app, nameTemplate: '{{ env "OUTSIDE" | lower }}'}]`, {
      'charts/app/Chart.yaml': chart,
      'charts/app/values.yaml': '{}\n',
      'charts/app/templates/cm.yaml': resource.replace('cm-1', 'cm-2').replace('good', '{{ .Release.Name | upper }}'),
    }),
    means: ['mark'],
  },
  {
    name: 'second-kustomization',
    files: kustomization('', { Kustomization: 'resources: ["https://github.com/x/y"]\n' }),
    means: ['connection'],
  },
  {
    name: 'kustomization-in-a-chart',
    files: { 'Chart.yaml': chart, 'templates/cm.yaml': resource, 'kustomization.yaml': 'resources: [../evil]\n' },
    means: ['mark', 'open'],
  },
  { name: 'chart-beside-a-kustomization', files: kustomization('', { 'Chart.yaml': unvendored }), means: ['connection'] },
  {
    name: 'ignored-dependency',
    files: {
      '.helmignore': 'charts/sub\n',
      'Chart.yaml': unvendored,
      'charts/sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 1.0.0\n',
    },
    means: ['connection'],
  },
  { name: 'schema-remote', files: chartWith('{"$ref": "http://outside.example/s.json"}'), means: ['connection'] },
  { name: 'schema-file', files: chartWith(`{"$ref": "file://${stage}/outside-schema.json"}`), means: ['open'] },
  {
    name: 'options-for-argo-cd',
    files: { 'Chart.yaml': chart, '.argocd-source.yaml': 'helm: {valueFiles: ["https://outside.example/v.yaml"]}\n' },
    means: ['name'],
  },
];
