import { quote } from '../quote.ts';
import type { OutsideReason } from './outside-reference.ts';
import type { PackageTree } from './package-tree.ts';

/** Where a path leads in the package (`''` is its root), or why it is not a path of the profile. */
export type LocalPath =
  | { readonly path: string; readonly endsInSlash: boolean; readonly reason?: undefined }
  | { readonly path?: undefined; readonly reason: OutsideReason; readonly detail: string };

const climbs = /^(?:\.\.\/)*(?:\.\.$)?/;
const segment = /^[A-Za-z0-9._+][A-Za-z0-9._+-]*$/;

/**
 * Reads a path of the profile: an optional `./`, or any number of `../`, then segments of `A-Z a-z 0-9 . _ - +`. That
 * alone keeps out every form of URL and Git address: there is no list of hosts, and no grammar of addresses.
 * A path that leaves the package and comes back is outside: what the root is called depends on where it lies.
 * Source: docs/format.md, "Paths in a package"; kustomize v5, api/internal/git/repospec.go, `NewRepoSpecFromURL`.
 * @param directory below the package's root, `''` for the root.
 */
export function parseLocalPath(text: string, directory: string): LocalPath {
  const climb = climbs.exec(text)?.[0] ?? '';
  const rest = text.slice(climb.length).replace(climb === '' ? /^\.\// : /^$/, '');
  const endsInSlash = rest.endsWith('/');
  const names = (endsInSlash ? rest.slice(0, -1) : rest).split('/');
  const onlyClimbs = climb !== '' && rest === '';
  const defect = onlyClimbs ? undefined : defectOf(text, names, climb);
  if (defect !== undefined) return defect;
  const parents = directory === '' ? [] : directory.split('/');
  const levels = climb.split('/').filter((name) => name === '..').length;
  if (levels > parents.length) return { reason: 'escapes', detail: 'It leads out of the package.' };
  const path = [...parents.slice(0, parents.length - levels), ...(onlyClimbs ? [] : names)].join('/');
  return { path, endsInSlash: endsInSlash || onlyClimbs };
}

function defectOf(text: string, names: readonly string[], climb: string): LocalPath | undefined {
  if (text.startsWith('/'))
    return {
      reason: 'escapes',
      detail: 'It is an absolute path. Write it from the directory of the file that names it.',
    };
  if (/[:@]/.test(text) || (climb === '' && names[0]?.toLowerCase() === 'github.com')) {
    return {
      reason: 'remote',
      detail: 'It can be read as an address outside the package. Vendor what it names, and name it by its path.',
    };
  }
  if (text.toLowerCase() === 'null') return spelling('It can be read as YAML. Write "./" before it.');
  const bad = names.find((name) => !segment.test(name) || name === '.' || name === '..');
  if (bad === undefined) return undefined;
  if (bad === '..')
    return { reason: 'escapes', detail: 'It climbs after it has named a directory. Write "../" at its start only.' };
  if (bad === '' || bad === '.') return spelling('Write it with one "/" between names, and without "." segments.');
  return spelling(`A path's names are of A-Z a-z 0-9 . _ - +, and do not begin with "-". Rename ${quote(bad)}.`);
}

function spelling(detail: string): LocalPath {
  return { reason: 'spelling', detail };
}

/** What a path may name. */
export type PathTarget = 'file' | 'directory' | 'file or directory';

/** Why what a path names is not in the package, or undefined. A directory is one with a kustomization. */
export function missingDetail(
  tree: PackageTree,
  at: { readonly path: string; readonly endsInSlash: boolean },
  target: PathTarget,
): string | undefined {
  const isFile = target !== 'directory' && !at.endsInSlash && tree.files.has(at.path);
  const isDirectory = target !== 'file' && tree.kustomizationsIn(at.path).length > 0;
  if (isFile || isDirectory) return undefined;
  if (target === 'file') return 'The package has no such file.';
  if (target === 'directory') return 'The package has no such directory with a kustomization.';
  return 'The package has no such file, nor a directory of that name with a kustomization.';
}
