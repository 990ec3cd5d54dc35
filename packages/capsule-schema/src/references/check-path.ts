import { tooManySteps } from './parsed-files.ts';
import { isRemoteFile, isRemoteResource } from './remote-reference.ts';
import type { ReferenceScope } from './reference-scope.ts';
import { type ResolvedPath, resolvePath } from './resolve-path.ts';

/** What a field may name: a file, a directory with a kustomization, or either. */
export type PathRole = 'file' | 'directory' | 'resource';

/** Checks that a field's value names something that is in the package. */
export function checkPath(scope: ReferenceScope, field: string, value: unknown, role: PathRole): void {
  if (typeof value !== 'string') return reportUnreadable(scope, field, 'it should be text');
  const remote = role === 'file' ? isRemoteFile(value) : isRemoteResource(value);
  if (remote) return scope.report(field, value, 'remote', 'It is fetched from elsewhere when the package is rendered.');
  const resolved = resolvePath(scope.directory, value);
  if (!resolved.inside) return reportEscape(scope, field, value);
  if (!isThere(scope, resolved, role)) scope.report(field, value, 'missing', missingDetail(role));
}

/** Checks each entry of a list by {@link checkPath}. */
export function checkPathList(scope: ReferenceScope, field: string, value: unknown, role: PathRole): void {
  forEachEntry(scope, field, value, (entryField, entry) => checkPath(scope, entryField, entry, role));
}

/** Calls `check` for each entry of a list with the entry's place; a value that is no list is reported. */
export function forEachEntry(
  scope: ReferenceScope,
  field: string,
  value: unknown,
  check: (field: string, entry: unknown) => void,
): void {
  if (!Array.isArray(value)) return reportUnreadable(scope, field, 'it should be a list');
  if (!scope.parsed.affords(value.length)) return reportUnreadable(scope, field, tooManySteps);
  value.forEach((entry, index) => check(`${field}[${index}]`, entry));
}

/** Reports a field that cannot be judged. */
export function reportUnreadable(scope: ReferenceScope, field: string, problem: string): void {
  scope.report(field, '', 'unreadable', `It cannot be judged: ${problem}.`);
}

/** Reports a path that leads out of the package. */
export function reportEscape(scope: ReferenceScope, field: string, reference: string): void {
  scope.report(field, reference, 'escapes', 'It leads out of the package.');
}

function isThere(scope: ReferenceScope, resolved: ResolvedPath & { inside: true }, role: PathRole): boolean {
  if (role !== 'directory' && scope.tree.files.has(resolved.path)) return true;
  return role !== 'file' && scope.tree.kustomizationsIn(resolved.path).length > 0;
}

function missingDetail(role: PathRole): string {
  if (role === 'file') return 'The package has no such file.';
  if (role === 'directory') return 'The package has no such directory with a kustomization.';
  return 'The package has no such file, nor a directory of that name with a kustomization.';
}
