import { drawKustomizeChart } from './draw-kustomize-chart.ts';
import { oddInline } from './draw-inline.ts';
import type { Draft } from './draft.ts';
import {
  drawMerge,
  drawPatch,
  drawPlugin,
  drawReplacement,
  drawSources,
  generatorKinds,
  type PluginKind,
  type PluginScope,
  putFile,
  transformerKinds,
} from './draw-plugins.ts';
import { configMap, type DrawnResource, drawResources } from './draw-resources.ts';
import { below } from './tree.ts';
import { writeYaml } from './write-yaml.ts';
import { type Fields, fields, list, plain, reference, text, texts, type Value } from './yaml-value.ts';

/** What a kustomization is to be. */
export interface KustomizationPlan {
  readonly directory: string;
  readonly kind: 'Kustomization' | 'Component';
  /** Directories of kustomizations and of components, as they are reached from here. */
  readonly bases: readonly string[];
  readonly components: readonly string[];
}

type Entries = Readonly<Record<string, Value | undefined>>;
type Feature = (scope: PluginScope) => Entries;

/** Writes a kustomization with all that it names into the draft. */
export function drawKustomization(draft: Draft, plan: KustomizationPlan): void {
  const { draw } = draft;
  const resources = drawResources(draft, plan.directory);
  const chart = (): Fields | undefined => drawKustomizeChart(draft, plan.directory);
  const scope: PluginScope = { draft, directory: plan.directory, resources, chart };
  const chosen = draw.some(features, 1, 4).map((feature) => feature(scope));
  const value = fields({
    apiVersion: text(`kustomize.config.k8s.io/${plan.kind === 'Component' ? 'v1alpha1' : 'v1beta1'}`),
    kind: text(plan.kind),
    ...drawReferences(draft, plan, resources),
    ...Object.assign({}, ...chosen),
  });
  const entries = plan.kind === 'Kustomization' && draw.chance(40) ? value.entries.slice(2) : value.entries;
  const name = draw.pick([
    'kustomization.yaml',
    'kustomization.yaml',
    'kustomization.yaml',
    'kustomization.yml',
    'Kustomization',
  ] as const);
  const writing = draft.writing(plan.directory, configMap(draft.name('cm')));
  draft.put(below(plan.directory, name), writeYaml({ type: 'fields', entries: shuffled(entries, draft) }, writing));
}

function shuffled<T>(items: readonly T[], { draw }: Draft): readonly T[] {
  const left = [...items];
  return items.flatMap(() => left.splice(draw.below(left.length), 1));
}

function drawReferences(draft: Draft, plan: KustomizationPlan, resources: readonly DrawnResource[]): Entries {
  const { draw } = draft;
  const files = resources.map(({ file }) => reference('resource', file));
  const bases = plan.bases.map((base) => reference('directory', draw.chance(15) ? `${base}/` : base));
  const components = plan.components.map((component) => reference('component', component));
  const inBases = bases.length > 0 && draw.chance(15);
  return {
    resources: list(...files, ...(inBases ? [] : bases)),
    bases: inBases ? list(...bases) : undefined,
    components: components.length > 0 ? list(...components) : undefined,
  };
}

/** A validator has to leave all as it is: what it would change is not there. */
const absent: DrawnResource = { file: '', kind: 'ConfigMap', name: 'no-such-thing' };

const features: readonly Feature[] = [
  () => ({ namespace: text('team') }),
  () => ({ namePrefix: text('p-'), nameSuffix: text('-s') }),
  () => ({ commonLabels: texts({ team: 'a', 'app.kubernetes.io/part-of': 'b' }) }),
  () => ({
    labels: list(fields({ pairs: texts({ team: 'a' }), includeSelectors: plain(false), includeTemplates: plain(true) })),
  }),
  () => ({ commonAnnotations: texts({ note: 'a: b # c', path: '../../outside.yaml' }) }),
  () => ({ images: list(texts({ name: 'app', newName: 'registry.example/app', newTag: '2.0' })) }),
  ({ resources }) => ({ replicas: replicasOf(resources) }),
  () => ({ generatorOptions: fields({ disableNameSuffixHash: plain(true), labels: texts({ a: 'b' }) }) }),
  ({ draft }) => ({
    buildMetadata: list(text(draft.draw.pick(['managedByLabel', 'originAnnotations', 'transformerAnnotations']))),
  }),
  () => ({ sortOptions: fields({ order: text('fifo') }) }),
  () => ({ metadata: fields({ name: text('named'), annotations: texts({ 'config.kubernetes.io/local-config': 'true' }) }) }),
  (scope) => ({ configMapGenerator: list(fields({ name: text(scope.draft.name('generated')), ...drawSources(scope) })) }),
  (scope) => ({ configMapGenerator: list(fields({ name: text(scope.draft.name('generated')), ...drawSources(scope) })) }),
  (scope) => ({
    secretGenerator: list(fields({ name: text(scope.draft.name('secret')), ...drawSources(scope), type: text('Opaque') })),
  }),
  (scope) => ({ patches: list(drawTargetedPatch(scope)) }),
  (scope) => ({ patches: list(drawTargetedPatch(scope)) }),
  (scope) => ({ patchesJson6902: list(drawTargetedPatch(scope)) }),
  (scope) => ({ patchesStrategicMerge: list(ambiguous(drawMerge(scope), scope)) }),
  (scope) => ({ patchesStrategicMerge: list(ambiguous(drawMerge(scope), scope)) }),
  (scope) => ({ generators: list(drawPluginEntry(generatorKinds, 'generator', scope)) }),
  (scope) => ({ generators: list(drawPluginEntry(generatorKinds, 'generator', scope)) }),
  (scope) => ({ transformers: list(drawPluginEntry(transformerKinds, 'transformer', scope)) }),
  (scope) => ({ transformers: list(drawPluginEntry(transformerKinds, 'transformer', scope)) }),
  (scope) => ({ transformers: list(drawPluginEntry(transformerKinds, 'transformer', scope)) }),
  (scope) => ({
    validators: list(
      drawPluginEntry(['HashTransformer', 'PatchTransformer', 'PatchTransformer'], 'transformer', {
        ...scope,
        resources: [absent],
      }),
    ),
  }),
  (scope) => ({
    configurations: list(
      putFile(
        scope,
        'configuration',
        'configuration',
        'nameReference:\n- kind: ConfigMap\n  version: v1\n  fieldSpecs: [{path: spec/config, kind: Thing}]\n',
      ),
    ),
  }),
  (scope) => ({ crds: list(putFile(scope, 'crd', 'crd', '{"example.Thing": {"Schema": {"properties": {}}}}\n', ['.json'])) }),
  (scope) => ({ openapi: fields({ path: putFile(scope, 'openapi', 'openapi', '{"definitions": {}}\n', ['.json']) }) }),
  (scope) => ({ replacements: list(drawReplacement(scope)) }),
  (scope) => ({ replacements: list(drawReplacement(scope)) }),
  ({ draft, resources }) => ({ vars: varsOf(draft.name('VAR'), resources) }),
  (scope) => drawChartFields(scope),
  (scope) => drawChartFields(scope),
];

function replicasOf(resources: readonly DrawnResource[]): Value | undefined {
  const deployment = resources.find(({ kind }) => kind === 'Deployment');
  return deployment === undefined ? undefined : list(fields({ name: text(deployment.name), count: plain(3) }));
}

function varsOf(name: string, [resource]: readonly DrawnResource[]): Value | undefined {
  if (resource === undefined) return undefined;
  const objref = texts({
    apiVersion: resource.kind === 'Deployment' ? 'apps/v1' : 'v1',
    kind: resource.kind,
    name: resource.name,
  });
  return list(fields({ name: text(name), objref, fieldref: texts({ fieldpath: 'metadata.name' }) }));
}

function drawTargetedPatch(scope: PluginScope): Value {
  const [resource] = scope.resources;
  const target = texts({
    ...(resource?.kind === 'Deployment' ? { group: 'apps' } : {}),
    version: 'v1',
    kind: resource?.kind ?? 'ConfigMap',
    name: resource?.name ?? 'none',
  });
  return fields({ target, ...drawPatch(scope, 'patch') });
}

/** A plugin in a file of its own, or inline; at times a directory of one, which can be patched there. */
function drawPluginEntry(kinds: readonly PluginKind[], kind: 'generator' | 'transformer', scope: PluginScope): Value {
  const { draft, directory } = scope;
  const plugin = drawPlugin(draft.draw.pickAny(kinds) ?? 'HashTransformer', scope);
  const writing = draft.writing(directory, configMap(draft.name('cm')));
  if (draft.draw.odd('plugin-directory') !== undefined) return drawPluginDirectory(writeYaml(plugin, writing), scope);
  if (draft.draw.chance(45)) return putFile(scope, kind, 'plugin', writeYaml(plugin, writing));
  return ambiguous(reference(kind, writeYaml(plugin, writing, true)), scope);
}

function drawPluginDirectory(plugin: string, { draft, directory }: PluginScope): Value {
  const name = draft.name('plugins');
  const patch = '- {op: add, path: /path, value: ../outside-patch.yaml}';
  draft.put(below(directory, `${name}/plugin.yaml`), plugin);
  draft.put(
    below(directory, `${name}/kustomization.yaml`),
    `resources: [plugin.yaml]\npatches: [{target: {name: "plugin.*"}, patch: "${patch}"}]\n`,
  );
  return reference('directory', name);
}

function ambiguous(value: Value, { draft, directory }: PluginScope): Value {
  if (value.type !== 'text' || !value.text.includes('\n')) return value;
  const odd = draft.draw.odd('inline');
  if (odd === undefined || value.reference === undefined) return value;
  const changed = oddInline(value.text, value.reference, directory, odd);
  if (odd.chance(70)) draft.putDecoy(below(directory, changed), value.reference, configMap(draft.name('cm')), odd);
  return { ...value, text: changed };
}

function drawChartFields({ draft, chart }: PluginScope): Entries {
  const drawn = chart?.();
  if (drawn === undefined) return {};
  const globals = drawn.entries.filter(([key]) => key === 'chartHome' || key === 'configHome');
  const others = drawn.entries.filter(([key]) => key !== 'chartHome' && key !== 'configHome');
  if (draft.draw.chance(15)) return { helmChartInflationGenerator: list(oldFields(drawn)) };
  return {
    helmGlobals: globals.length > 0 ? { type: 'fields', entries: globals } : undefined,
    helmCharts: list({ type: 'fields', entries: others }),
  };
}

const oldNames: Readonly<Record<string, string>> = {
  name: 'chartName',
  version: 'chartVersion',
  repo: 'chartRepoUrl',
  valuesFile: 'values',
  valuesInline: 'valuesLocal',
  namespace: 'releaseNamespace',
  chartHome: 'chartHome',
  releaseName: 'releaseName',
};

/** The same chart in the fields of the older list. */
function oldFields(chart: Fields): Fields {
  return {
    type: 'fields',
    entries: chart.entries.flatMap(([key, value]) => (oldNames[key] === undefined ? [] : [[oldNames[key], value] as const])),
  };
}
