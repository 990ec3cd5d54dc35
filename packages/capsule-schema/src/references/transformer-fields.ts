import { isForeignMapping } from '../yaml/parse-foreign-yaml.ts';
import { checkPath, checkPathList, forEachEntry, reportUnreadable } from './check-path.ts';
import { fieldsOf } from './folded-mapping.ts';
import type { ReferenceScope } from './reference-scope.ts';

/** Names a field of an owner: `patches[0].path`; the owner may be the file itself, `''`. */
export function fieldIn(owner: string, name: string): string {
  return owner === '' ? name : `${owner}.${name}`;
}

/** Checks the `path` of each entry of a list such as `patches` or `replacements`. */
export function checkPathsIn(scope: ReferenceScope, owner: string, mapping: unknown, list: string): void {
  for (const { name, value } of fieldsOf(mapping, list)) {
    forEachEntry(scope, fieldIn(owner, name), value, (field, entry) => {
      if (!isForeignMapping(entry)) return reportUnreadable(scope, field, 'it should be a mapping');
      checkFileField(scope, field, entry, 'path');
    });
  }
}

/** Checks a field that names one file. An empty text is no reference. */
export function checkFileField(scope: ReferenceScope, owner: string, mapping: unknown, key: string): void {
  for (const { name, value } of fieldsOf(mapping, key)) {
    if (value !== '') checkPath(scope, fieldIn(owner, name), value, 'file');
  }
}

/**
 * Checks the sources of a ConfigMap or Secret generator: `files`, `envs` and the deprecated `env`.
 * Source: kustomize v5, api/types/kvpairsources.go.
 */
export function checkKeyValueSources(scope: ReferenceScope, owner: string, generator: unknown): void {
  if (!isForeignMapping(generator)) return reportUnreadable(scope, owner, 'it should be a mapping');
  for (const { name, value } of fieldsOf(generator, 'files')) {
    forEachEntry(scope, fieldIn(owner, name), value, (field, entry) => checkFileSource(scope, field, entry));
  }
  for (const { name, value } of fieldsOf(generator, 'envs')) checkPathList(scope, fieldIn(owner, name), value, 'file');
  checkFileField(scope, owner, generator, 'env');
}

// `[key=]path`; kustomize refuses a second "=".
function checkFileSource(scope: ReferenceScope, field: string, source: unknown): void {
  if (typeof source !== 'string') return reportUnreadable(scope, field, 'it should be text');
  checkPath(scope, field, source.slice(source.indexOf('=') + 1), 'file');
}
