import type { FoundValue } from './found-value.ts';
import { isHarmlessValue, type LiteralValue, literalValues } from './harmless-value.ts';
import { isMapping, type Mapping } from './mapping.ts';
import { noContext, objectName } from './secret-context.ts';

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
export function secretsInPatch(patch: unknown): readonly FoundValue[] {
  const name = isMapping(patch) ? objectName(patch) : '';
  const operations = Array.isArray(patch) ? patch.filter(isMapping).flatMap(operationValues) : [];
  const merged = isMapping(patch) ? literalValues(patch, isHarmlessValue) : [];
  return [...operations, ...merged].map((value) => ({ kind: 'Secret', name, ...value }));
}

function operationValues(operation: Mapping): readonly LiteralValue[] {
  const { op, path, from, value } = operation;
  if (typeof path !== 'string' || op === 'remove') return [];
  if (path === '' || path === '/') return isMapping(value) ? literalValues(value, isHarmlessValue) : [];
  // kustomize's library never looks at what stands before the first slash.
  const [, field = '', key] = /^[^/]*\/(data|stringData|binaryData)(?:\/(.*))?$/s.exec(path) ?? [];
  if (field === '') return [];
  if (typeof from === 'string') return /^[^/]*\/(?:data|stringData)(?:\/|$)/.test(from) ? [] : [{ field: path, key: key ?? field }];
  if (key === undefined) return literalValues({ [field]: value }, isHarmlessValue);
  const place = { key, isEncoded: field !== 'stringData', context: noContext };
  return isHarmlessValue(value, place) ? [] : [{ field: path, key }];
}
