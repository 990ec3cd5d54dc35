import { SchemaError } from '../errors.ts';
import type { JsonValue } from '../json/canonical-json.ts';

/**
 * Writes a mapping of texts, lists and mappings as YAML that every reader takes alike: members in their order, every
 * text double-quoted, two spaces of indent, LF.
 * Source: docs/format.md, "Canonical YAML".
 * @throws {SchemaError} `RECORD_INVALID` if a text holds a lone surrogate, or a value is not of these.
 */
export function writeCanonicalYaml(mapping: Mapping): Uint8Array {
  return Buffer.from(`${writeMapping(mapping, '').join('\n')}\n`, 'utf8');
}

function writeMapping(mapping: Mapping, indent: string): string[] {
  return membersOf(mapping).flatMap(([key, value]) => writeMember(`${indent}${writeKey(key)}:`, value, indent));
}

/** Lists the members in order. JavaScript puts keys that are whole numbers first; only annotations have such. */
function membersOf(mapping: Mapping): [string, JsonValue][] {
  const members = Object.entries(mapping);
  return members.some(([key]) => wholeNumber.test(key)) ? members.sort(([a], [b]) => (a < b ? -1 : 1)) : members;
}

function writeMember(head: string, value: JsonValue, indent: string): string[] {
  if (typeof value === 'string') return [`${head} ${quote(value)}`];
  if (value === true) return [`${head} true`];
  if (isList(value)) {
    if (value.length === 0) return [`${head} []`];
    return [head, ...value.flatMap((item) => writeItem(item, `${indent}  `))];
  }
  if (!isMapping(value)) throw notText(head);
  if (Object.keys(value).length === 0) return [`${head} {}`];
  return [head, ...writeMapping(value, `${indent}  `)];
}

function writeItem(item: JsonValue, indent: string): string[] {
  if (typeof item === 'string') return [`${indent}- ${quote(item)}`];
  if (!isMapping(item)) throw notText(`${indent}-`);
  const [first, ...rest] = writeMapping(item, `${indent}  `);
  return [`${indent}- ${first?.trimStart() ?? '{}'}`, ...rest];
}

const wholeNumber = /^[0-9]+$/;

type Mapping = { readonly [key: string]: JsonValue };

function isMapping(value: JsonValue): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function notText(place: string): SchemaError {
  return new SchemaError('RECORD_INVALID', `a record holds only texts, lists and mappings; not so at "${place.trim()}"`);
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

const bareKey = /^[A-Za-z][A-Za-z0-9]*$/;
// The words that YAML 1.1 or 1.2 readers take for a boolean or null, in any case.
const reservedWords = new Set(['null', 'true', 'false', 'yes', 'no', 'on', 'off', 'y', 'n']);

function writeKey(key: string): string {
  return bareKey.test(key) && !reservedWords.has(key.toLowerCase()) ? key : quote(key);
}

// Controls, format and separator characters, private use and noncharacters of Unicode 17: what YAML 1.2 (section 5.1)
// does not call printable, what it reads as a line break, and what hides from a reader. Written out, because \p{...}
// means another set in each Node, and the bytes would depend on it.
const unprintable = new RegExp(
  `[${[
    String.raw`\u{0}-\u{1F}\u{7F}-\u{9F}\u{AD}\u{600}-\u{605}\u{61C}\u{6DD}\u{70F}\u{890}\u{891}\u{8E2}\u{180E}`,
    String.raw`\u{200B}-\u{200F}\u{2028}-\u{202E}\u{2060}-\u{206F}\u{E000}-\u{F8FF}\u{FDD0}-\u{FDEF}\u{FEFF}`,
    String.raw`\u{FFF9}-\u{FFFB}\u{FFFE}\u{FFFF}\u{110BD}\u{110CD}\u{13430}-\u{1343F}\u{1BCA0}-\u{1BCA3}`,
    String.raw`\u{1D173}-\u{1D17A}\u{E0000}-\u{E007F}\u{EFFFE}-\u{10FFFF}`,
  ].join('')}]`,
  'gu',
);

/** Quotes a text so that YAML 1.1 and 1.2 readers, and JSON's where it is in the basic plane, read it alike. */
function quote(text: string): string {
  if (!text.isWellFormed()) {
    throw new SchemaError('RECORD_INVALID', `a record cannot hold ${JSON.stringify(text)}: it has a lone surrogate`);
  }
  return `"${text.replace(/["\\]/g, '\\$&').replace(unprintable, escape)}"`;
}

function escape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16).toUpperCase();
  return code > 0xffff ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`;
}
