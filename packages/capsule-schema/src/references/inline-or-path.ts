import { checkPath } from './check-path.ts';
import type { ReferenceScope } from './reference-scope.ts';
import { isRemoteResource } from './remote-reference.ts';

/**
 * Tells whether kustomize would take an entry for YAML rather than for a path. What holds a line break cannot be a
 * path in a capsule; it can be a URL with a line break in its query, which kustomize clones.
 */
export function isInline(entry: string): boolean {
  return !isRemoteResource(entry) && (entry.includes('\n') || entry.trimStart().startsWith('{'));
}

/** Checks an entry of `patchesStrategicMerge`: the path of a patch, or the patch itself. */
export function checkPathOrInline(scope: ReferenceScope, field: string, entry: unknown): void {
  if (typeof entry !== 'string' || !isInline(entry)) checkPath(scope, field, entry, 'file');
}
