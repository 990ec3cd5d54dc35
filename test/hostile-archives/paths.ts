import { base, withEntries } from './capsule.ts';
import { type HostileArchive, hostile } from './hostile-archive.ts';
import { behindPax, directory, file, paxRecord } from './raw-tar.ts';

function invalid(path: string): HostileArchive {
  const shown = path.length > 60 ? `of ${Buffer.byteLength(path)} bytes` : JSON.stringify(path);
  return hostile('PATH_INVALID', `path: ${shown}`, () => withEntries(anyFile(path)));
}

/** A file by any path: in the header where that holds it, else in a PAX header. */
function anyFile(path: string): ReturnType<typeof file> {
  const fits = path.length <= 100 && Buffer.byteLength(path) === path.length;
  return fits ? file(path, '') : behindPax(path, paxRecord('path', path));
}

function collision(name: string, ...paths: readonly string[]): HostileArchive {
  const entries = paths.map((path) => (path.endsWith('/') ? directory(path) : anyFile(path)));
  return hostile('PATH_COLLISION', `collision: ${name}`, () => withEntries(...entries));
}

/** Paths that no capsule may hold, and pairs of paths that some file system takes for one. */
export const paths: readonly HostileArchive[] = [
  invalid(''),
  invalid('/etc/passwd'),
  invalid('//etc/passwd'),
  invalid('.'),
  invalid('..'),
  invalid('./release.yaml'),
  invalid('../evil'),
  invalid('package/../../evil'),
  invalid('package/kustomize/..'),
  invalid(`${base}./x`),
  invalid(`${base}a/../b`),
  invalid(`${base}/x`),
  invalid(`${base}a..`),
  invalid(`${base}a../b`),
  invalid(`${base}...`),
  invalid('.git'),
  invalid(`${base}.git/hooks/post-checkout`),
  invalid(`${base}.GIT/config`),
  invalid(`${base}a\\b`),
  invalid('..\\..\\evil'),
  invalid('-rf'),
  invalid('--help'),
  invalid(`${base}a\nb`),
  invalid(`${base}a\tb`),
  invalid(`${base}\x1b[2Jb`),
  invalid(`${base}a\x7f`),
  invalid(`${base}a\u0085b`),
  invalid(`${base}a\u200bb`),
  invalid(`${base}a\u202eb`),
  invalid(`${base}a\u2028b`),
  invalid(`${base}.g\u200cit/config`),
  invalid(`${base}e\u0301`),
  invalid(`${base}\u212a`),
  invalid(base + 'n'.repeat(256)),
  invalid(`${base}${`${'n'.repeat(200)}/`.repeat(5)}n`),
  invalid(`${'a/'.repeat(64)}a`),
  hostile('PATH_INVALID', 'path: Latin-1 in the header', () => withEntries(file(`${base}\xe9`))),
  hostile('PATH_INVALID', 'path: an overlong slash in the header', () => withEntries(file(`${base}\xc0\xaf`))),
  hostile('PATH_INVALID', 'path: half a character in the header', () => withEntries(file(`${base}\xc3`))),
  hostile('PATH_INVALID', 'path: the root as a directory', () => withEntries(directory('./'))),
  hostile('PATH_INVALID', 'path: the root of all', () => withEntries(directory('/'))),
  hostile('PATH_INVALID', 'path: a directory that climbs', () => withEntries(directory('../'))),
  hostile('ARCHIVE_NOT_CANONICAL', 'path: UTF-8 in the header', () => {
    return withEntries(file(Buffer.from(`${base}é`).toString('latin1')));
  }),
  collision('two cases of a file', `${base}DEPLOYMENT.yaml`),
  collision('two cases of the record', 'RELEASE.yaml'),
  collision('two cases of a directory', 'Package/', 'Package/x'),
  collision('two cases of a directory further down', 'package/kustomize/Base/', 'package/kustomize/Base/x'),
  collision('a file that is a directory', 'package/kustomize/base'),
  collision('a file that is a directory in another case', 'package/Kustomize'),
  collision('ß and SS', `${base}STRASSE`, `${base}straße`),
  collision('ß and ẞ', `${base}STRAẞE`, `${base}straße`),
  collision('the long s', `${base}deployment.yamls`, `${base}deployment.yamlſ`),
  collision('a ligature', `${base}fi`, `${base}ﬁ`),
  collision('accented letters in two cases', `${base}É`, `${base}é`),
];
