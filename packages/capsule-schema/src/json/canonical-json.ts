import { SchemaError } from '../errors.ts';

/** How deep a value may be nested: the documents of a capsule need ten levels, and a stack has its end. */
const maxDepth = 128;

/** A value that JSON can hold. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/**
 * Writes a value as RFC 8785 canonical JSON, in UTF-8: keys sorted by UTF-16 code units, no white space, numbers and
 * strings as ECMAScript writes them.
 * Source: RFC 8785, section 3.2.
 * @throws {SchemaError} `JSON_INVALID` where a number is not finite, a text holds a lone surrogate, or the value is
 * nested deeper than 128 levels.
 */
export function canonicalJson(value: JsonValue): Uint8Array {
  return Buffer.from(writeValue(value, maxDepth), 'utf8');
}

function writeValue(value: JsonValue, depthLeft: number): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return writeNumber(value);
  if (typeof value === 'string') return writeString(value);
  if (depthLeft === 0) throw new SchemaError('JSON_INVALID', `canonical JSON is nested ${maxDepth} levels at most`);
  if (isArray(value)) return `[${value.map((item) => writeValue(item, depthLeft - 1)).join(',')}]`;
  const members = Object.keys(value)
    .sort() // by UTF-16 code units, as section 3.2.3 asks
    .map((key) => `${writeString(key)}:${writeValue(value[key] ?? null, depthLeft - 1)}`);
  return `{${members.join(',')}}`;
}

function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function writeNumber(value: number): string {
  if (Number.isFinite(value)) return JSON.stringify(value);
  throw new SchemaError('JSON_INVALID', `canonical JSON cannot hold the number ${value}`);
}

function writeString(value: string): string {
  if (value.isWellFormed()) return JSON.stringify(value);
  throw new SchemaError('JSON_INVALID', `canonical JSON cannot hold ${JSON.stringify(value)}: it has a lone surrogate`);
}
