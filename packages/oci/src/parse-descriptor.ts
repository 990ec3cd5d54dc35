import type { Descriptor } from './descriptor.ts';
import { parseOciDigest } from './digest.ts';
import { OciError } from './errors.ts';
import { isJsonObject } from './strict-json.ts';

const maxAnnotations = 1_000; // a capsule has seven; scanners write dozens
const maxInlineCharacters = 6 * 1024 * 1024; // base64 of the largest manifest, 4 MiB, with room to spare

// `type/subtype`, without parameters. Source: RFC 6838, section 4.2.
const mediaTypePattern = /^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}\/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}$/;

/**
 * Parses a descriptor out of decoded JSON. Keys that this library does not know are left out; `data` is not
 * looked into.
 * `where` names the descriptor in error messages, as in `layers[0]`.
 * Source: OCI image-spec v1.1.1, descriptor.md.
 * @throws {OciError} `DESCRIPTOR_INVALID`.
 */
export function parseDescriptor(value: unknown, where = 'descriptor'): Descriptor {
  if (!isJsonObject(value)) throw invalid(where, 'must be an object', value);
  return {
    mediaType: parseMediaType(value['mediaType'], `${where}.mediaType`),
    digest: parseDigestField(value['digest'], `${where}.digest`),
    size: parseSize(value['size'], `${where}.size`),
    ...optional('artifactType', value['artifactType'], (type) => parseMediaType(type, `${where}.artifactType`)),
    ...optional('annotations', value['annotations'], (map) => parseAnnotations(map, `${where}.annotations`)),
    ...optional('data', value['data'], (data) => parseData(data, `${where}.data`)),
  };
}

/**
 * Parses a media type: `type/subtype` without parameters. Source: RFC 6838, section 4.2.
 * @throws {OciError} `DESCRIPTOR_INVALID`.
 */
export function parseMediaType(value: unknown, where: string): string {
  if (typeof value === 'string' && mediaTypePattern.test(value)) return value;
  throw invalid(where, 'must be a media type', value);
}

/**
 * Parses annotations: an object of strings. Source: OCI image-spec v1.1.1, annotations.md, "Rules".
 * @throws {OciError} `DESCRIPTOR_INVALID`.
 */
export function parseAnnotations(value: unknown, where: string): Readonly<Record<string, string>> {
  if (!isJsonObject(value)) throw invalid(where, 'must be an object', value);
  const entries = Object.entries(value);
  if (entries.length > maxAnnotations) {
    throw invalid(where, `must hold at most ${maxAnnotations} entries`, entries.length);
  }
  // fromEntries defines each key: assignment would let a key "__proto__" change the object's prototype.
  return Object.fromEntries(entries.map(([key, text]) => [key, parseString(text, `${where}[${JSON.stringify(key)}]`)]));
}

function parseString(value: unknown, where: string): string {
  if (typeof value === 'string') return value;
  throw invalid(where, 'must be a string', value);
}

function parseDigestField(value: unknown, where: string): Descriptor['digest'] {
  if (typeof value !== 'string') throw invalid(where, 'must be a digest', value);
  try {
    return parseOciDigest(value);
  } catch (cause) {
    throw invalid(where, 'must be a digest', value, cause);
  }
}

function parseSize(value: unknown, where: string): number {
  // A negative or inexact size would slip past every comparison with a limit.
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value + 0;
  throw invalid(where, 'must be a whole number of bytes from 0 to 2^53-1', value);
}

function parseData(value: unknown, where: string): string {
  const data = parseString(value, where);
  if (data.length <= maxInlineCharacters) return data;
  throw invalid(where, `must be at most ${maxInlineCharacters} characters long`, data.length);
}

type Optional<K extends string, T> = { readonly [P in K]?: T };

function optional<K extends string, T>(key: K, value: unknown, parse: (value: unknown) => T): Optional<K, T> {
  if (value === undefined) return {};
  // A computed key widens to `string`; the object has exactly the key K.
  return { [key]: parse(value) } as Optional<K, T>;
}

const maxQuotedLength = 120; // characters of an unexpected value that a message repeats

function invalid(where: string, rule: string, got: unknown, cause?: unknown): OciError {
  const text = got === undefined ? 'nothing' : (JSON.stringify(got)?.slice(0, maxQuotedLength) ?? typeof got);
  return new OciError('DESCRIPTOR_INVALID', `${where} ${rule}, got ${text}`, { cause });
}
