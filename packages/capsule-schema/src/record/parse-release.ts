import { validate } from '#generated/release';
import { describeSchemaErrors } from '../defects/schema-errors.ts';
import { SchemaError } from '../errors.ts';
import { parseCanonicalJson } from '../json/parse-json.ts';
import { defaultLimits } from '../limits.ts';
import { parseYaml } from '../yaml/parse-yaml.ts';
import { checkConsistency } from './check-consistency.ts';
import { formatRelease } from './format-release.ts';
import type { ReleaseRecord } from './release-record.ts';

/**
 * Parses a record from any value, and checks it against the published schema and against itself.
 * @throws {SchemaError} `RECORD_INVALID`, `RECORD_INCONSISTENT`, `PATH_INVALID`, `PATTERN_INVALID`,
 * `SOURCE_URL_INVALID`.
 */
export function parseReleaseRecord(value: unknown): ReleaseRecord {
  if (!validate(value)) {
    const defects = describeSchemaErrors(value, validate.errors);
    throw new SchemaError('RECORD_INVALID', `the release record is not valid: ${defects}`, {
      hint: 'See @release-capsule/schema/release.schema.json; annotations are the place for more.',
    });
  }
  const record = value as ReleaseRecord;
  checkConsistency(record);
  return record;
}

// A record with every list in full use has a quarter of it. The bytes come from a stranger: no signature has been judged yet.
const maxRecordWork = 40_000;

/**
 * Parses the bytes of `release.yaml`, which must be the record's canonical text.
 * @throws {SchemaError} those of {@link parseReleaseRecord}, `RECORD_TOO_LARGE`, `YAML_INVALID`,
 * `RECORD_NOT_CANONICAL`.
 */
export function parseReleaseYaml(bytes: Uint8Array, maxBytes: number = defaultLimits.maxRecordBytes): ReleaseRecord {
  if (bytes.byteLength > maxBytes) {
    throw new SchemaError('RECORD_TOO_LARGE', `release.yaml is larger than ${maxBytes} bytes`);
  }
  const record = parseReleaseRecord(parseYaml(bytes, { what: 'release.yaml', maxBytes, maxWork: maxRecordWork }));
  if (!Buffer.from(formatRelease(record)).equals(bytes)) {
    throw new SchemaError('RECORD_NOT_CANONICAL', 'release.yaml is not in its canonical form', {
      hint: 'Only the packer writes release.yaml; something has edited it since.',
    });
  }
  return record;
}

/**
 * Parses the manifest's config blob: the record as canonical JSON.
 * @throws {SchemaError} those of {@link parseReleaseRecord}, `LIMIT_EXCEEDED`, `JSON_INVALID`.
 */
export function parseReleaseConfig(bytes: Uint8Array, maxBytes: number = defaultLimits.maxRecordBytes): ReleaseRecord {
  return parseReleaseRecord(parseCanonicalJson(bytes, { what: 'the config of the capsule', maxBytes }));
}
