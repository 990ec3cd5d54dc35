import { packageDigest } from '../archive/package-digest.ts';
import type { Digest } from '../digest.ts';
import type { ReleaseRecord } from '../record/release-record.ts';
import type { ContentFile } from './content-collector.ts';

/** Picks the files of the package, named below `package.path`. */
export function packageFiles(files: readonly ContentFile[], record: ReleaseRecord): readonly ContentFile[] {
  const prefix = `${record.package.path}/`;
  return files
    .filter(({ path }) => path.startsWith(prefix))
    .map((file) => ({ ...file, path: file.path.slice(prefix.length) }));
}

/** Recomputes `package.digest` from what was read. */
export function contentPackageDigest(files: readonly ContentFile[], record: ReleaseRecord): Digest {
  return packageDigest(packageFiles(files, record));
}
