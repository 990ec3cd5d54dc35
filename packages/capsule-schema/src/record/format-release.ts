import { writeCanonicalYaml } from '../yaml/write-canonical-yaml.ts';
import { inSchemaOrder } from './schema-order.ts';
import type { ReleaseRecord } from './release-record.ts';

/**
 * Writes a record as canonical YAML in UTF-8: keys in the schema's order, every string double-quoted, two spaces of
 * indent, LF. All values are strings: an all-digit commit is a number to other YAML readers, so nothing stands bare.
 * Source: docs/format.md, "The release record".
 * @throws {SchemaError} `RECORD_INVALID` where a text holds a lone surrogate.
 */
export function formatRelease(record: ReleaseRecord): Uint8Array {
  return writeCanonicalYaml(inSchemaOrder(record));
}
