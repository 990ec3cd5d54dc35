import type { FieldType, Fields } from './field-type.ts';

/**
 * The profile's table: every field of a kustomization and of the configuration of kustomize's own plugins, each with
 * its type. What is not in it is refused. A name in `[ ]` is the type of a list's entries.
 * Source: docs/format.md, "Fields"; the Go types of kustomize v5.7 and v5.8, `api/types`, `api/internal/builtins`.
 */

const group = texts('group', 'version', 'kind');
const metadata: Fields = { ...texts('name', 'namespace'), labels: 'map of texts', annotations: 'map of texts' };
const selector: Fields = { ...group, ...texts('name', 'namespace', 'annotationSelector', 'labelSelector') };
const fieldSpecs: FieldType = [{ ...group, path: 'text', create: 'boolean' }];
const image = texts('name', 'newName', 'newTag', 'tagSuffix', 'digest');
const patchOptions: Fields = { allowNameChange: 'boolean', allowKindChange: 'boolean' };

const patch: Fields = {
  path: 'path to file',
  patch: 'inline patch',
  target: selector,
  options: patchOptions,
};

const fieldOptions: Fields = { delimiter: 'text', index: 'integer', encoding: 'text', create: 'boolean' };

const replacement: Fields = {
  path: 'path to file',
  source: { ...group, ...texts('name', 'namespace', 'fieldPath', 'fieldpath'), options: fieldOptions },
  sourceValue: 'text',
  targets: [{ select: selector, reject: [selector], fieldPaths: ['text'], options: fieldOptions }],
};

const generatorOptions: Fields = {
  labels: 'map of texts',
  annotations: 'map of texts',
  disableNameSuffixHash: 'boolean',
  immutable: 'boolean',
};

const configMap: Fields = {
  ...texts('name', 'namespace', 'behavior'),
  literals: ['text'],
  files: ['[key=]path to file'],
  envs: ['path to file'],
  env: 'path to file',
  options: generatorOptions,
};

const secret: Fields = { ...configMap, type: 'text' };

const helmGlobals: Fields = { chartHome: 'chart home', configHome: 'refused' };

const helmChart: Fields = {
  name: 'chart name',
  version: 'helm argument',
  repo: 'helm argument',
  releaseName: 'helm argument',
  namespace: 'helm argument',
  nameTemplate: 'name template',
  kubeVersion: 'helm argument',
  apiVersions: ['helm argument'],
  valuesFile: 'path to values file',
  additionalValuesFiles: ['path to values file'],
  valuesInline: 'data',
  valuesMerge: 'text',
  includeCRDs: 'boolean',
  skipHooks: 'boolean',
  skipTests: 'boolean',
  debug: 'boolean',
  devel: 'boolean',
};

const oldHelmChart: Fields = {
  chartName: 'chart name',
  chartVersion: 'helm argument',
  chartRepoUrl: 'helm argument',
  chartRepoName: 'helm argument',
  releaseName: 'helm argument',
  releaseNamespace: 'helm argument',
  values: 'path to values file',
  valuesLocal: 'data',
  valuesMerge: 'text',
  chartHome: 'chart home',
  helmHome: 'refused',
  helmBin: 'refused',
  extraArgs: 'refused',
};

/** The fields of a Kustomization and of a Component. */
export const kustomizationFields: Fields = {
  ...texts('apiVersion', 'kind', 'namespace', 'namePrefix', 'nameSuffix'),
  metadata,
  resources: ['path to file or directory'],
  bases: ['path to directory'],
  components: ['path to component'],
  crds: ['path to file'],
  configurations: ['path to file'],
  openapi: { path: 'path to file', version: 'text' },
  generators: ['plugin or path'],
  transformers: ['plugin or path'],
  validators: ['plugin or path'],
  patches: [patch],
  patchesJson6902: [patch],
  patchesStrategicMerge: ['patch or path'],
  replacements: [replacement],
  configMapGenerator: [configMap],
  secretGenerator: [secret],
  generatorOptions,
  helmGlobals,
  helmCharts: [helmChart],
  helmChartInflationGenerator: [oldHelmChart],
  commonLabels: 'map of texts',
  commonAnnotations: 'map of texts',
  labels: [{ pairs: 'map of texts', includeSelectors: 'boolean', includeTemplates: 'boolean', fields: fieldSpecs }],
  images: [image],
  imageTags: [image],
  replicas: [{ name: 'text', count: 'integer' }],
  vars: [
    {
      name: 'text',
      objref: { ...group, ...texts('apiVersion', 'name', 'namespace') },
      fieldref: texts('fieldPath', 'fieldpath'),
    },
  ],
  buildMetadata: ['text'],
  sortOptions: { order: 'text', legacySortOptions: { orderFirst: ['text'], orderLast: ['text'] } },
};

const { fieldpath: _old, ...replacementSource } = texts('name', 'namespace', 'fieldPath', 'fieldpath');

/** The fields of each of kustomize's own plugins, besides those that every object has. */
const ownFields: Readonly<Record<string, Fields>> = {
  AnnotationsTransformer: { annotations: 'map of texts', fieldSpecs },
  ConfigMapGenerator: configMap,
  HashTransformer: {},
  HelmChartInflationGenerator: { ...helmChart, ...helmGlobals },
  IAMPolicyGenerator: {
    cloud: 'text',
    kubernetesService: texts('name', 'namespace'),
    serviceAccount: texts('name', 'projectId'),
  },
  ImageTagTransformer: { imageTag: image, fieldSpecs },
  LabelTransformer: { labels: 'map of texts', fieldSpecs },
  NamespaceTransformer: { fieldSpecs, unsetOnly: 'boolean', setRoleBindingSubjects: 'text' },
  PatchJson6902Transformer: { path: 'path to file', jsonOp: 'text', target: selector },
  PatchStrategicMergeTransformer: { paths: ['patch or path'], patches: 'inline patch' },
  PatchTransformer: patch,
  PrefixSuffixTransformer: { prefix: 'text', suffix: 'text', fieldSpecs },
  PrefixTransformer: { prefix: 'text', fieldSpecs },
  ReplacementTransformer: {
    replacements: [{ ...replacement, source: { ...group, ...replacementSource, options: fieldOptions } }],
  },
  ReplicaCountTransformer: { replica: { name: 'text', count: 'integer' }, fieldSpecs },
  SecretGenerator: secret,
  SuffixTransformer: { suffix: 'text', fieldSpecs },
  ValueAddTransformer: {
    value: 'text',
    targetFilePath: 'path to file',
    targets: [{ selector, fieldPath: 'text', filePathPosition: 'integer' }],
  },
};

/** The fields of each of kustomize's own plugins, by kind. Their `apiVersion` is `builtin`. */
export const pluginFields: ReadonlyMap<string, Fields> = new Map(
  Object.entries(ownFields).map(([kind, fields]) => [kind, { apiVersion: 'text', kind: 'text', metadata, ...fields }]),
);

/** What is judged of a Chart.yaml. Helm ignores fields that it does not know. */
export const chartFields: Fields = {
  ...texts('apiVersion', 'name', 'version'),
  dependencies: [
    {
      ...texts('name', 'version', 'repository', 'alias'),
      ...data('condition', 'tags', 'enabled', 'import-values'),
    },
  ],
  ...data('kubeVersion', 'description', 'type', 'keywords', 'home', 'sources', 'maintainers', 'icon', 'engine', 'tillerVersion'),
  ...data('appVersion', 'deprecated', 'annotations', 'condition', 'tags'),
};

/** What is judged of a requirements.yaml. Helm would write all that it knows in it over what the Chart.yaml says. */
export const requirementsFields: Fields = Object.fromEntries(
  Object.entries(chartFields).map(([name, type]) => [name, name === 'dependencies' ? type : 'refused']),
);

/** What is judged of a Chart.lock and a requirements.lock. */
export const chartLockFields: Fields = {
  dependencies: [texts('name', 'version', 'repository')],
  ...data('generated', 'digest'),
};

function texts<Name extends string>(...names: readonly Name[]): Readonly<Record<Name, 'text'>> {
  return Object.fromEntries(names.map((name) => [name, 'text'])) as Record<Name, 'text'>;
}

function data(...names: readonly string[]): Fields {
  return Object.fromEntries(names.map((name) => [name, 'data']));
}
