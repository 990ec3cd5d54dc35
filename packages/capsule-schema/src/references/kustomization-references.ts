import { type ForeignMapping, isForeignMapping } from '../yaml/parse-foreign-yaml.ts';
import { checkPath, checkPathList, forEachEntry, type PathRole, reportUnreadable } from './check-path.ts';
import { fieldsNamed, fieldsOf, foldName } from './folded-mapping.ts';
import { checkPathOrInline } from './inline-or-path.ts';
import { checkHelmCharts } from './kustomize-charts.ts';
import { checkPluginConfigs } from './plugin-configs.ts';
import type { ReferenceScope } from './reference-scope.ts';
import { checkKeyValueSources, checkPathsIn } from './transformer-fields.ts';

/** Lists of paths. `bases` is the deprecated spelling of `resources`. */
const pathLists: Readonly<Record<string, PathRole>> = {
  resources: 'resource',
  bases: 'resource',
  components: 'directory',
  crds: 'file',
  configurations: 'file',
};

const pluginLists = ['generators', 'transformers', 'validators'];
const keyValueLists = ['configMapGenerator', 'secretGenerator'];
const pathInEntryLists = ['patches', 'patchesJson6902', 'replacements'];
const chartFields = ['helmCharts', 'helmGlobals', 'helmChartInflationGenerator'];

/** Fields that can name no file, directory or URL. */
const harmlessFields = [
  'apiVersion',
  'kind',
  'metadata',
  'namePrefix',
  'nameSuffix',
  'namespace',
  'commonLabels',
  'labels',
  'commonAnnotations',
  'images',
  'imageTags',
  'replicas',
  'vars',
  'sortOptions',
  'generatorOptions',
  'buildMetadata',
];

const knownFields: ReadonlySet<string> = new Set(
  [
    ...Object.keys(pathLists),
    ...pluginLists,
    ...keyValueLists,
    ...pathInEntryLists,
    ...chartFields,
    ...harmlessFields,
    'patchesStrategicMerge',
    'openapi',
  ].map(foldName),
);

/**
 * Checks every field of a kustomization that can name a file, a directory or a URL.
 * Source: kustomize v5, api/types/kustomization.go.
 */
export async function checkKustomization(scope: ReferenceScope, file: string): Promise<void> {
  const parsed = await scope.parsed.yaml(file);
  if (parsed.documents === undefined) return reportUnreadable(scope, '', parsed.problem);
  const [kustomization, ...others] = parsed.documents;
  if (!isForeignMapping(kustomization) || others.length > 0) {
    return reportUnreadable(scope, '', 'a kustomization is one YAML document, a mapping');
  }
  checkUnknownFields(scope, kustomization);
  checkPaths(scope, kustomization);
  await checkHelmCharts(scope, kustomization);
  for (const list of pluginLists) {
    for (const { name, value } of fieldsNamed(kustomization, list)) await checkPluginConfigs(scope, name, value);
  }
}

function checkPaths(scope: ReferenceScope, kustomization: ForeignMapping): void {
  for (const [list, role] of Object.entries(pathLists)) {
    for (const { name, value } of fieldsNamed(kustomization, list)) checkPathList(scope, name, value, role);
  }
  for (const { name, value } of fieldsNamed(kustomization, 'patchesStrategicMerge')) {
    forEachEntry(scope, name, value, (field, entry) => checkPathOrInline(scope, field, entry));
  }
  for (const list of pathInEntryLists) checkPathsIn(scope, '', kustomization, list);
  for (const list of keyValueLists) {
    for (const { name, value } of fieldsNamed(kustomization, list)) {
      forEachEntry(scope, name, value, (field, entry) => checkKeyValueSources(scope, field, entry));
    }
  }
  for (const { name, value } of fieldsNamed(kustomization, 'openapi')) {
    for (const path of fieldsOf(value, 'path')) checkPath(scope, `${name}.${path.name}`, path.value, 'file');
  }
}

// A field that this version does not know may name a file in the kustomize that renders the package.
function checkUnknownFields(scope: ReferenceScope, kustomization: ForeignMapping): void {
  for (const key of kustomization.keys()) {
    if (!knownFields.has(foldName(key))) reportUnreadable(scope, key, 'kustomize v5 has no such field');
  }
}
