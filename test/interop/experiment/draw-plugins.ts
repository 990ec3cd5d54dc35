import type { Draft } from './draft.ts';
import { type DrawnResource } from './draw-resources.ts';
import { below } from './tree.ts';
import { type Fields, fields, list, plain, reference, text, texts, type Value } from './yaml-value.ts';

/** What plugins of a kustomization can refer to. */
export interface PluginScope {
  readonly draft: Draft;
  /** Of the kustomization: a plugin's references go from there, wherever its own file lies. */
  readonly directory: string;
  readonly resources: readonly DrawnResource[];
  /** A chart that lies in the kustomization's chart home. */
  readonly chart: (() => Fields | undefined) | undefined;
}

export const generatorKinds = [
  'ConfigMapGenerator',
  'SecretGenerator',
  'IAMPolicyGenerator',
  'HelmChartInflationGenerator',
] as const;

export const transformerKinds = [
  'AnnotationsTransformer',
  'HashTransformer',
  'ImageTagTransformer',
  'LabelTransformer',
  'NamespaceTransformer',
  'PatchJson6902Transformer',
  'PatchStrategicMergeTransformer',
  'PatchTransformer',
  'PrefixSuffixTransformer',
  'PrefixTransformer',
  'ReplacementTransformer',
  'ReplicaCountTransformer',
  'SuffixTransformer',
  'ValueAddTransformer',
] as const;

export type PluginKind = (typeof generatorKinds)[number] | (typeof transformerKinds)[number];

/** Draws the configuration of a plugin. */
export function drawPlugin(kind: PluginKind, scope: PluginScope): Fields {
  const { draft } = scope;
  const name = draft.name('plugin');
  const odd = draft.draw.odd('plugin');
  const head = fields({
    apiVersion: text(
      odd?.pick(['builtin', 'v1', 'builtin/v1', 'outside.example/v1', '', 'BUILTIN', 'kustomize.config.k8s.io/v1beta1']) ??
        'builtin',
    ),
    kind: text(
      odd?.pick([kind, `${kind}List`, kind.toLowerCase(), 'ResourceList', '', 'ConfigMap', 'Kustomization', 'null']) ?? kind,
    ),
    metadata:
      odd === undefined || odd.chance(50)
        ? fields({ name: text(name), namespace: kind === 'NamespaceTransformer' ? text('team') : undefined })
        : oddMetadata(name, odd.pick([0, 1, 2, 3, 4, 5, 6])),
  });
  const body = bodies[kind](scope, name);
  const entries = Object.entries(body).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]));
  return { type: 'fields', entries: [...head.entries, ...entries] };
}

function oddMetadata(name: string, which: number): Value {
  const function_ = (value: string): Value =>
    fields({ name: text(name), annotations: texts({ 'config.kubernetes.io/function': value }) });
  return (
    [
      fields({}),
      plain('null'),
      fields({ name: plain('yes') }),
      function_('exec:\n  path: ../../outside.yaml\n'),
      function_('container:\n  image: outside.example/x:1\n  network: true\n'),
      function_('starlark:\n  url: http://outside.example/x.star\n  name: x\n'),
      fields({ name: text(name), annotations: texts({ 'config.k8s.io/function': 'starlark: {path: ../../outside.yaml}' }) }),
    ][which] ?? fields({})
  );
}

const annotationSpecs = list(fields({ path: text('metadata/annotations'), create: plain(true) }));
const labelSpecs = list(fields({ path: text('metadata/labels'), create: plain(true) }));
const nameSpecs = list(fields({ path: text('metadata/name') }));

type Body = (scope: PluginScope, name: string) => Readonly<Record<string, Value | undefined>>;

const bodies: Readonly<Record<PluginKind, Body>> = {
  ConfigMapGenerator: (scope, name) => ({ name: text(name), ...drawSources(scope) }),
  SecretGenerator: (scope, name) => ({ name: text(name), ...drawSources(scope), type: text('Opaque') }),
  IAMPolicyGenerator: () => ({
    cloud: text('gke'),
    kubernetesService: texts({ name: 'app' }),
    serviceAccount: texts({ name: 'app', projectId: 'project' }),
  }),
  HelmChartInflationGenerator: ({ chart }) => Object.fromEntries(chart?.()?.entries ?? []),
  AnnotationsTransformer: () => ({ annotations: texts({ a: 'b' }), fieldSpecs: annotationSpecs }),
  HashTransformer: () => ({}),
  ImageTagTransformer: () => ({
    imageTag: texts({ name: 'app', newTag: '2.0' }),
    fieldSpecs: list(fields({ path: text('spec/template/spec/containers/image') })),
  }),
  LabelTransformer: () => ({ labels: texts({ a: 'b' }), fieldSpecs: labelSpecs }),
  NamespaceTransformer: ({ draft }) => ({ unsetOnly: draft.draw.chance(50) ? plain(true) : undefined }),
  PatchJson6902Transformer: (scope) => ({ target: targetOf(scope), ...drawPatch(scope, 'jsonOp') }),
  PatchStrategicMergeTransformer: (scope) =>
    scope.draft.draw.chance(60) ? { paths: list(drawMerge(scope)) } : { patches: text(mergeText(scope)) },
  PatchTransformer: (scope) => ({ target: targetOf(scope), ...drawPatch(scope, 'patch') }),
  PrefixSuffixTransformer: () => ({ prefix: text('p-'), suffix: text('-s'), fieldSpecs: nameSpecs }),
  PrefixTransformer: () => ({ prefix: text('p-'), fieldSpecs: nameSpecs }),
  ReplacementTransformer: (scope) => ({ replacements: list(drawReplacement(scope)) }),
  ReplicaCountTransformer: () => ({
    replica: fields({ name: text('app-1'), count: plain(3) }),
    fieldSpecs: list(fields({ path: text('spec/replicas'), kind: text('Deployment'), create: plain(true) })),
  }),
  SuffixTransformer: () => ({ suffix: text('-s'), fieldSpecs: nameSpecs }),
  ValueAddTransformer: (scope) => ({
    value: text('added'),
    targets: list(fields({ selector: texts({ kind: 'ConfigMap' }), fieldPath: text('metadata/annotations/added') })),
    targetFilePath: scope.draft.draw.chance(50) ? putFile(scope, 'patch', 'targets', 'targets: []\n') : undefined,
  }),
};

const oddData = [
  'OUTSIDE\n',
  'A=$OUTSIDE\n',
  'A=${OUTSIDE}\n',
  'A=$(OUTSIDE)\n',
  'export OUTSIDE\n',
  '\ufeffA=b\n',
  'A=../../outside.env\n',
  '@../../outside.env\n',
] as const;

/** Data for a generator: literals, files or files of variables. */
export function drawSources(scope: PluginScope): Readonly<Record<string, Value | undefined>> {
  const { draw } = scope.draft;
  const data = (): Value =>
    putFile(scope, 'data', 'data', scope.draft.draw.odd('data')?.pick(oddData) ?? 'A=good\n', [
      '.env',
      '.txt',
      '.properties',
      '',
    ]);
  return draw.pick<() => Readonly<Record<string, Value | undefined>>>([
    () => ({ literals: list(text('A=b'), text('C=d e')) }),
    () => ({ files: list(keyed(data(), draw.chance(50))) }),
    () => ({ envs: list(data()) }),
    () => ({ env: data() }),
    () => ({ literals: list(text('B=../c')), files: list(keyed(data(), false)) }),
  ])();
}

function keyed(value: Value, withKey: boolean): Value {
  if (value.type !== 'text') return value;
  return reference('keyed-data', withKey ? `my-key.txt=${value.text}` : value.text);
}

/** Writes a file that a kustomization or plugin names, and returns the reference to it. */
export function putFile(
  scope: PluginScope,
  kind: Parameters<typeof reference>[0],
  stem: string,
  content: string,
  endings: readonly string[] = ['.yaml'],
): Value {
  const { draft, directory } = scope;
  const file = `${draft.draw.pick(['', '', 'files/', 'more.d/x-1/'])}${draft.name(stem)}${draft.draw.pickAny(endings) ?? ''}`;
  draft.put(below(directory, file), content);
  return reference(kind, file);
}

function targetOf({ resources }: PluginScope): Value {
  const [resource] = resources;
  if (resource === undefined) return texts({ kind: 'ConfigMap' });
  const group = resource.kind === 'Deployment' ? { group: 'apps' } : {};
  return texts({ ...group, version: 'v1', kind: resource.kind, name: resource.name });
}

/** A patch with a target: in its own file, or in a field of this name. */
export function drawPatch(scope: PluginScope, field: string): Readonly<Record<string, Value>> {
  const patch = scope.draft.draw.pick([
    '- op: add\n  path: /metadata/annotations\n  value: {a: b}\n',
    '[{"op": "add", "path": "/metadata/annotations", "value": {"a": "b"}}]',
  ]);
  if (scope.draft.draw.chance(50)) return { path: putFile(scope, 'patch', 'patch', patch) };
  return { [field]: text(patch) };
}

/** The text of a patch that is merged into a resource. */
export function mergeText({ resources }: PluginScope): string {
  const { kind, name } = resources[0] ?? { kind: 'ConfigMap', name: 'none' };
  const apiVersion = kind === 'Deployment' ? 'apps/v1' : 'v1';
  return `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: ${name}\n  labels:\n    merged: good\n`;
}

/** A patch that is merged, in its own file or inline. */
export function drawMerge(scope: PluginScope): Value {
  if (scope.draft.draw.chance(50)) return putFile(scope, 'merge', 'merge', mergeText(scope));
  return reference('merge', mergeText(scope));
}

/** A replacement, in its own file or as fields. */
export function drawReplacement(scope: PluginScope): Value {
  const source = scope.resources[0] ?? { kind: 'ConfigMap', name: 'none' };
  const from = { kind: source.kind, name: source.name };
  const targets = {
    select: texts({ kind: source.kind }),
    fieldPaths: list(text('metadata.annotations.copied')),
    options: fields({ create: plain(true) }),
  };
  if (scope.draft.draw.chance(40)) {
    const target = `{select: {kind: ${source.kind}}, fieldPaths: [metadata.annotations.copied], options: {create: true}}`;
    const found = `{kind: ${source.kind}, name: ${source.name}, fieldPath: metadata.name}`;
    return fields({ path: putFile(scope, 'replacements', 'replacements', `- source: ${found}\n  targets: [${target}]\n`) });
  }
  return fields({ source: texts({ ...from, fieldPath: 'metadata.name' }), targets: list(fields(targets)) });
}
