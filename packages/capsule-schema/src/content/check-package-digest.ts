import { SchemaError } from '../errors.ts';
import type { ReleaseRecord } from '../record/release-record.ts';
import type { ContentFile } from './content-collector.ts';
import { contentPackageDigest } from './package-files.ts';

/**
 * Checks that the package's files hash to the record's `package.digest`.
 * @throws {SchemaError} `PACKAGE_DIGEST_MISMATCH`.
 */
export function checkPackageDigest(files: readonly ContentFile[], record: ReleaseRecord): void {
  const found = contentPackageDigest(files, record);
  if (found === record.package.digest) return;
  throw new SchemaError('PACKAGE_DIGEST_MISMATCH', `the package hashes to ${found}, not to ${record.package.digest}`);
}
