import { SchemaError } from '../errors.ts';

/** A JSON object of which nothing else is known. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Bound of one metadata file, in bytes: an SBOM of a hundred thousand components, or as many resolved dependencies. */
export const maxMetadataBytes: number = 32 * 1024 * 1024;

/**
 * Parses a metadata file as far as every kind of it goes: UTF-8 JSON, an object.
 * @param what names the file in messages.
 * @throws {SchemaError} `METADATA_INVALID`.
 */
export function parseMetadataObject(bytes: Uint8Array, what: string): JsonObject {
  if (bytes.byteLength > maxMetadataBytes) {
    throw new SchemaError('METADATA_INVALID', `${what} has ${bytes.byteLength} bytes, more than ${maxMetadataBytes}`);
  }
  const value = parseJson(bytes, what);
  if (isJsonObject(value)) return value;
  throw new SchemaError('METADATA_INVALID', `${what} is not a JSON object`);
}

/** Tells whether a value is a JSON object, no array and not null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseJson(bytes: Uint8Array, what: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new SchemaError('METADATA_INVALID', `${what} is not JSON in UTF-8`, { cause });
  }
}
