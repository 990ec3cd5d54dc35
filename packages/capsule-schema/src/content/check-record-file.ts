import { recordPath } from '../archive/capsule-layout.ts';
import { SchemaError } from '../errors.ts';
import { formatRelease } from '../record/format-release.ts';
import { parseReleaseYaml } from '../record/parse-release.ts';
import type { ReleaseRecord } from '../record/release-record.ts';

/**
 * Checks that the archive's `release.yaml` is the canonical text of the manifest's record.
 * @throws {SchemaError} `ARCHIVE_LAYOUT` where there is none, those of {@link parseReleaseYaml}, and `RECORD_MISMATCH`
 * where both are records, but two.
 */
export function checkRecordFile(kept: ReadonlyMap<string, Uint8Array>, record: ReleaseRecord): void {
  const bytes = kept.get(recordPath);
  if (bytes === undefined) throw new SchemaError('ARCHIVE_LAYOUT', `the archive holds no ${recordPath}`);
  if (Buffer.from(formatRelease(record)).equals(bytes)) return;
  parseReleaseYaml(bytes);
  throw new SchemaError('RECORD_MISMATCH', 'release.yaml and the config of the manifest say different things');
}
