import { type ForeignMapping, isForeignMapping } from '../yaml/parse-foreign-yaml.ts';
import { checkPath, reportEscape, reportUnreadable } from './check-path.ts';
import { fieldsNamed, fieldsOf, foldName } from './folded-mapping.ts';
import { type ParsedFile, tooManySteps } from './parsed-files.ts';
import { isInline } from './inline-or-path.ts';
import { checkPluginConfig } from './plugin-kinds.ts';
import type { ReferenceScope } from './reference-scope.ts';
import { isRemoteResource } from './remote-reference.ts';
import { resolvePath } from './resolve-path.ts';
import { fieldIn } from './transformer-fields.ts';

/** What a kustomization may say where it only gathers plugin configurations, with their bytes as they are. */
const gatheringFields: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata', 'resources'].map(foldName));

/**
 * Checks `generators`, `transformers` or `validators`: each entry names a file, a kustomization that yields
 * configurations, or is a configuration itself.
 * Source: kustomize v5, api/internal/target/kusttarget.go, `configureExternalGenerators`.
 */
export async function checkPluginConfigs(scope: ReferenceScope, field: string, value: unknown): Promise<void> {
  if (!Array.isArray(value)) return reportUnreadable(scope, field, 'it should be a list');
  for (const [index, entry] of value.entries()) await checkPluginEntry(scope, `${field}[${index}]`, entry);
}

async function checkPluginEntry(scope: ReferenceScope, field: string, entry: unknown): Promise<void> {
  if (typeof entry !== 'string' || isRemoteResource(entry)) return checkPath(scope, field, entry, 'resource');
  if (isInline(entry)) return checkDocuments(scope, field, scope.parsed.inline(entry, `the text at ${field}`));
  const resolved = resolvePath(scope.directory, entry);
  if (!resolved.inside) return reportEscape(scope, field, entry);
  checkPath(scope, field, entry, 'resource');
  await checkPluginPath(scope, resolved.path, new Set());
}

async function checkPluginPath(scope: ReferenceScope, path: string, visited: Set<string>): Promise<void> {
  if (visited.has(path)) return;
  visited.add(path);
  if (scope.tree.files.has(path)) {
    // A plugin's own paths start from the kustomization that lists it, wherever its configuration lies.
    const inFile = scope.within(path, scope.directory);
    return checkDocuments(inFile, '', await scope.parsed.yaml(path));
  }
  for (const kustomization of scope.tree.kustomizationsIn(path)) {
    await checkGathering(scope.within(kustomization, scope.directory), { path, kustomization, visited });
  }
}

interface Gathering {
  /** The directory of the kustomization that yields configurations. */
  readonly path: string;
  readonly kustomization: string;
  readonly visited: Set<string>;
}

async function checkGathering(scope: ReferenceScope, gathering: Gathering): Promise<void> {
  const parsed = await scope.parsed.yaml(gathering.kustomization);
  const kustomization = parsed.documents?.[0];
  if (!isForeignMapping(kustomization)) return; // reported where the kustomization itself is checked
  checkGatheringFields(scope, kustomization);
  for (const { value } of fieldsNamed(kustomization, 'resources')) {
    const entries = Array.isArray(value) ? value : [];
    if (!scope.parsed.affords(entries.length)) return reportUnreadable(scope, 'resources', tooManySteps);
    for (const entry of entries) {
      const resolved = typeof entry === 'string' ? resolvePath(gathering.path, entry) : undefined;
      if (resolved?.inside === true) await checkPluginPath(scope, resolved.path, gathering.visited);
    }
  }
}

// A patch, say, could turn a harmless configuration into one that reaches outside.
function checkGatheringFields(scope: ReferenceScope, kustomization: ForeignMapping): void {
  for (const key of kustomization.keys()) {
    if (gatheringFields.has(foldName(key))) continue;
    reportUnreadable(scope, key, 'it changes plugin configurations; list them with resources alone');
  }
}

async function checkDocuments(scope: ReferenceScope, field: string, parsed: ParsedFile): Promise<void> {
  if (parsed.documents === undefined) return reportUnreadable(scope, field, parsed.problem);
  const configs = parsed.documents.flatMap(listedConfigs);
  if (!scope.parsed.affords(configs.length)) return reportUnreadable(scope, field, tooManySteps);
  for (const config of configs) await checkListedConfig(scope, field, config);
}

/**
 * Takes a list apart, as kustomize does before it looks for plugins: only where the kind says so.
 * Source: kustomize v5, api/resource/factory.go, `inlineAnyEmbeddedLists`.
 */
function listedConfigs(document: unknown): readonly unknown[] {
  if (document === null) return [];
  if (!isForeignMapping(document)) return [document];
  const kind = document.get('kind');
  const items = document.get('items');
  const isList = typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items);
  return isList && fieldsOf(document, 'items').length === 1 ? items : [document];
}

// No plugin of kustomize's own has such a field: whoever takes the list for the configuration misses what else it says.
async function checkListedConfig(scope: ReferenceScope, field: string, config: unknown): Promise<void> {
  const items = fieldsOf(config, 'items')[0];
  if (items !== undefined) return reportUnreadable(scope, fieldIn(field, items.name), 'only a list has items');
  await checkPluginConfig(scope, field, config);
}
