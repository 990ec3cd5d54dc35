import type { FoundSecret } from './found-secret.ts';
import { isMapping, type Mapping } from './mapping.ts';
import { isHarmlessValue, literalKeys, objectName } from './secret-fields.ts';

/**
 * Tells whether the kind of a kustomize target may select Secrets. kustomize takes it for a regular expression; what is
 * more than a plain name, or is not there, may.
 */
export function mayMeanSecret(kind: unknown): boolean {
  if (typeof kind !== 'string' || kind === 'Secret') return true;
  return !/^[A-Za-z0-9]+$/.test(kind);
}

/**
 * Finds the values that a patch, once it is aimed at a Secret, puts there: a strategic-merge patch whatever kind it
 * names itself, as kustomize goes by the target, or the operations of a JSON patch (RFC 6902).
 */
export function secretsInPatch(patch: unknown): readonly FoundSecret[] {
  const keys = Array.isArray(patch) ? patch.filter(isMapping).flatMap(operationKeys) : [];
  const merged = isMapping(patch) ? literalKeys(patch, isHarmlessValue) : [];
  if (keys.length + merged.length === 0) return [];
  return [{ name: isMapping(patch) ? objectName(patch) : '', keys: [...keys, ...merged] }];
}

function operationKeys(operation: Mapping): readonly string[] {
  const { op, path, from, value } = operation;
  if (typeof path !== 'string' || op === 'remove') return [];
  if (path === '' || path === '/') return isMapping(value) ? literalKeys(value, isHarmlessValue) : [];
  // kustomize's library never looks at what stands before the first slash.
  const [, parent = '', key] = /^[^/]*\/(data|stringData)(?:\/(.*))?$/s.exec(path) ?? [];
  if (parent === '') return [];
  if (typeof from === 'string') return /^[^/]*\/(?:data|stringData)(?:\/|$)/.test(from) ? [] : [key ?? parent];
  if (key !== undefined) return isHarmlessValue(value) ? [] : [key];
  return literalKeys({ data: value }, isHarmlessValue);
}
