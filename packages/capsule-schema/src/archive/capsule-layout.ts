import { SchemaError } from '../errors.ts';
import { quote } from '../quote.ts';
import type { ReleaseRecord } from '../record/release-record.ts';

/** The path of the record in the archive. */
export const recordPath = 'release.yaml';

/** A file of the archive, as far as the layout goes. */
export interface LayoutFile {
  readonly path: string;
  readonly executable: boolean;
}

/**
 * Checks that the files of an archive are exactly those that its record has a place for: the record, the metadata
 * files that it names, and a package. Only a package's file can be executable: the packer writes the others itself.
 * Source: docs/format.md, "The tree inside a capsule".
 * @throws {SchemaError} `ARCHIVE_LAYOUT`.
 */
export function checkLayout(files: Iterable<LayoutFile>, record: ReleaseRecord): void {
  const wanted = new Set([recordPath, ...metadataPaths(record)]);
  const packagePrefix = `${record.package.path}/`;
  let hasPackage = false;
  for (const { path, executable } of files) {
    if (path.startsWith(packagePrefix)) hasPackage = true;
    else if (!wanted.delete(path)) throw badLayout(`it has no place for ${quote(path)}`);
    else if (executable) throw badLayout(`${quote(path)} is executable`);
  }
  const [missing] = wanted;
  if (missing !== undefined) throw badLayout(`${quote(missing)} is missing`);
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
