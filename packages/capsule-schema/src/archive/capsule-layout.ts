import { SchemaError } from '../errors.ts';
import type { ReleaseRecord } from '../record/release-record.ts';

/** The path of the record in the archive. */
export const recordPath = 'release.yaml';

/**
 * Checks that the files of an archive are exactly those that its record has a place for: the record, the metadata
 * files that it names, and a package.
 * Source: docs/format.md, "The tree inside a capsule".
 * @throws {SchemaError} `ARCHIVE_LAYOUT`.
 */
export function checkLayout(filePaths: Iterable<string>, record: ReleaseRecord): void {
  const wanted = new Set([recordPath, ...metadataPaths(record)]);
  const packagePrefix = `${record.package.path}/`;
  let hasPackage = false;
  for (const path of filePaths) {
    if (path.startsWith(packagePrefix)) hasPackage = true;
    else if (!wanted.delete(path)) throw badLayout(`it has no place for ${JSON.stringify(path)}`);
  }
  const [missing] = wanted;
  if (missing !== undefined) throw badLayout(`${JSON.stringify(missing)} is missing`);
  if (!hasPackage) throw badLayout(`nothing lies below ${packagePrefix}`);
}

/** Lists the metadata files that a record names. */
export function metadataPaths({ metadata }: ReleaseRecord): readonly string[] {
  const { provenancePath, sbomPath, sourceProofPath } = metadata;
  return sourceProofPath === undefined ? [provenancePath, sbomPath] : [provenancePath, sbomPath, sourceProofPath];
}

function badLayout(why: string): SchemaError {
  return new SchemaError('ARCHIVE_LAYOUT', `the archive does not have a capsule's layout: ${why}`);
}
