import { SchemaError } from '../errors.ts';
import { decodeUtf8 } from '../utf8.ts';
import { canonicalJson, type JsonValue } from './canonical-json.ts';

/** How {@link parseCanonicalJson} names its input in errors, and how much of it it reads. */
export interface ParseJsonOptions {
  /** What the bytes are, for people: "the capsule manifest". */
  readonly what: string;
  readonly maxBytes: number;
}

/**
 * Parses bytes that must be RFC 8785 canonical JSON. Since they are compared with their own canonical form, a duplicate
 * key, a second spelling of a number or a stray byte cannot pass.
 * @throws {SchemaError} `LIMIT_EXCEEDED`, `JSON_INVALID`.
 */
export function parseCanonicalJson(bytes: Uint8Array, options: ParseJsonOptions): JsonValue {
  if (bytes.byteLength > options.maxBytes) {
    throw new SchemaError('LIMIT_EXCEEDED', `${options.what} is larger than ${options.maxBytes} bytes`);
  }
  const value = parse(bytes, options.what);
  if (!Buffer.from(canonicalJson(value)).equals(bytes)) {
    throw new SchemaError('JSON_INVALID', `${options.what} is not canonical JSON (RFC 8785)`);
  }
  return value;
}

function parse(bytes: Uint8Array, what: string): JsonValue {
  try {
    return JSON.parse(decodeUtf8(bytes)) as JsonValue;
  } catch (cause) {
    throw new SchemaError('JSON_INVALID', `${what} is not JSON`, { cause });
  }
}
