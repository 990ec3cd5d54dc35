import { OciError } from './errors.ts';

/** Options of {@link parseStrictJson}. */
export interface StrictJsonOptions {
  /** How many objects and lists may stand inside one another; 32 where it is not given. */
  readonly maxDepth?: number;
}

const defaultMaxDepth = 32; // a manifest is five deep

/**
 * Parses JSON that every parser reads alike: valid UTF-8 without a byte order mark, no key twice in one object,
 * not deeper than `maxDepth`.
 * @throws {OciError} `MANIFEST_INVALID`; `where` names the content in the message.
 */
export function parseStrictJson(
  bytes: Uint8Array,
  where: string,
  { maxDepth = defaultMaxDepth }: StrictJsonOptions = {},
): unknown {
  const text = decodeUtf8(bytes, where);
  const value = parseJson(text, where);
  refuseAmbiguity(text, where, maxDepth);
  return value;
}

/** Reads a JSON object as {@link parseStrictJson} does; nothing where the bytes are anything else. */
export function readJsonObject(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = parseStrictJson(bytes, 'the content');
    return isJsonObject(value) ? value : undefined;
  } catch (error) {
    if (error instanceof OciError) return undefined;
    throw error;
  }
}

/** Tells a JSON object from every other JSON value. */
export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function decodeUtf8(bytes: Uint8Array, where: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new OciError('MANIFEST_INVALID', `${where} is not valid UTF-8`, { cause });
  }
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new OciError('MANIFEST_INVALID', `${where} is not valid JSON`, { cause });
  }
}

/**
 * Walks valid JSON and refuses a key that occurs twice in one object: parsers differ in which of the two they
 * take, so that one document could be two manifests.
 */
function refuseAmbiguity(text: string, where: string, maxDepth: number): void {
  const open: (Set<string> | undefined)[] = [];
  let keyIsNext = false; // in an object, a string after `{` or `,` is a key, one after `:` a value
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') {
      const end = endOfString(text, at);
      if (keyIsNext) addKey(open.at(-1), text.slice(at, end), where);
      at = end - 1;
    } else if (character === '{' || character === '[') open.push(character === '{' ? new Set() : undefined);
    else if (character === '}' || character === ']') open.pop();
    if (character === '{' || character === ',') keyIsNext = open.at(-1) !== undefined;
    else if (character === ':' || character === '[') keyIsNext = false;
    if (open.length > maxDepth) throw new OciError('MANIFEST_INVALID', `${where} is nested deeper than ${maxDepth}`);
  }
}

/** Returns where the string literal that starts at `start` ends, behind its closing quote. */
function endOfString(text: string, start: number): number {
  let at = text.indexOf('"', start + 1);
  while (isEscaped(text, at)) at = text.indexOf('"', at + 1);
  return at + 1;
}

/** Tells whether an odd number of backslashes stands before a quote: two of them are one character. */
function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text[at - 1 - backslashes] === '\\') backslashes += 1;
  return backslashes % 2 === 1;
}

function addKey(keys: Set<string> | undefined, literal: string, where: string): void {
  // Decoded, since "a" and "\u0061" are the same key.
  const key: unknown = JSON.parse(literal);
  if (keys === undefined || typeof key !== 'string') return;
  if (keys.has(key)) {
    const name = JSON.stringify(key.slice(0, 80));
    throw new OciError('MANIFEST_INVALID', `${where} has the key ${name} twice in one object`);
  }
  keys.add(key);
}
