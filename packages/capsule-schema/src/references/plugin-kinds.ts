import { type ForeignMapping, isForeignMapping } from '../yaml/parse-foreign-yaml.ts';
import { forEachEntry, reportUnreadable } from './check-path.ts';
import { fieldsOf } from './folded-mapping.ts';
import { checkPathOrInline } from './inline-or-path.ts';
import { checkPluginChart } from './kustomize-charts.ts';
import type { ReferenceScope } from './reference-scope.ts';
import { checkFileField, checkKeyValueSources, checkPathsIn, fieldIn } from './transformer-fields.ts';

type PluginCheck = (scope: ReferenceScope, owner: string, config: ForeignMapping) => void | Promise<void>;

const noReferences: PluginCheck = () => {};
const patchPath: PluginCheck = (scope, owner, config) => checkFileField(scope, owner, config, 'path');
const targetPath: PluginCheck = (scope, owner, config) => checkFileField(scope, owner, config, 'targetFilePath');
const replacements: PluginCheck = (scope, owner, config) => checkPathsIn(scope, owner, config, 'replacements');

/** kustomize's own plugins. Source: kustomize v5, api/internal/plugins/builtinhelpers/builtins.go. */
const builtinPlugins: ReadonlyMap<unknown, PluginCheck> = new Map([
  ['AnnotationsTransformer', noReferences],
  ['ConfigMapGenerator', checkKeyValueSources],
  ['HashTransformer', noReferences],
  ['HelmChartInflationGenerator', checkPluginChart],
  ['IAMPolicyGenerator', noReferences],
  ['ImageTagTransformer', noReferences],
  ['LabelTransformer', noReferences],
  ['NamespaceTransformer', noReferences],
  ['PatchJson6902Transformer', patchPath],
  ['PatchStrategicMergeTransformer', checkPatchPaths],
  ['PatchTransformer', patchPath],
  ['PrefixSuffixTransformer', noReferences],
  ['PrefixTransformer', noReferences],
  ['ReplacementTransformer', replacements],
  ['ReplicaCountTransformer', noReferences],
  ['SecretGenerator', checkKeyValueSources],
  ['SuffixTransformer', noReferences],
  ['ValueAddTransformer', targetPath],
]);

/** Source: kustomize v5, kyaml/fn/runtime/runtimeutil/functiontypes.go, `GetFunctionSpec`. */
const functionAnnotations = [
  'config.kubernetes.io/function',
  'config.k8s.io/function',
  'config.kubernetes.io/container',
];

/**
 * Checks the configuration of one generator, transformer or validator: it must be one of kustomize's own, and what it
 * names must be in the package. Any other is code from a container image or from the machine that renders.
 */
export async function checkPluginConfig(scope: ReferenceScope, owner: string, config: unknown): Promise<void> {
  if (!isForeignMapping(config)) return reportUnreadable(scope, owner, 'a plugin configuration is a mapping');
  const apiVersion = config.get('apiVersion');
  const kind = config.get('kind');
  const plugin = `${String(apiVersion)}/${String(kind)}`;
  if (isFunction(config)) return reportCode(scope, fieldIn(owner, 'metadata'), plugin);
  if (apiVersion !== 'builtin') return reportCode(scope, fieldIn(owner, 'apiVersion'), plugin);
  const check = builtinPlugins.get(kind);
  if (check === undefined) return reportUnreadable(scope, fieldIn(owner, 'kind'), 'kustomize v5 has no such plugin');
  await check(scope, owner, config);
}

function isFunction(config: ForeignMapping): boolean {
  return fieldsOf(config, 'metadata').some(({ value: metadata }) => {
    const annotations = fieldsOf(metadata, 'annotations').map(({ value }) => value);
    return (
      fieldsOf(metadata, 'configFn').length > 0 ||
      functionAnnotations.some((name) => annotations.some((value) => fieldsOf(value, name).length > 0))
    );
  });
}

function reportCode(scope: ReferenceScope, field: string, plugin: string): void {
  scope.report(field, plugin, 'remote', 'It runs code that is not in the package.');
}

function checkPatchPaths(scope: ReferenceScope, owner: string, config: ForeignMapping): void {
  for (const { name, value } of fieldsOf(config, 'paths')) {
    forEachEntry(scope, fieldIn(owner, name), value, (field, entry) => checkPathOrInline(scope, field, entry));
  }
}
