import type { Draw } from './draw.ts';
import { escapeOne } from './spell-key.ts';

/** Where a text stands: how far its lines are indented, and whether among the brackets of a flow. */
export interface TextPlace {
  readonly indent: number;
  readonly isInFlow: boolean;
  /** Follows the names of the oddities that there is an occasion for. */
  readonly suffix: string;
}

/** Characters that readers of YAML end a line at, skip, or do not see. */
const oddCharacters = [
  '\u0085',
  '\u2028',
  '\u2029',
  '\ufeff',
  '\u00a0',
  '\u200b',
  '\r',
  '\t',
  '\u0000',
  '\u007f',
  '\u202e',
  '\u{1f600}',
] as const;

const plainText = /^[A-Za-z0-9_./][A-Za-z0-9_./+=-]*$/;
// Texts that YAML 1.1 or 1.2 would take for another type.
const otherType = /^(?:null|true|false|yes|no|on|off|y|n|[-+.]?[0-9][0-9a-fA-FxXoO_.:+-]*|\.(?:inf|nan)|[-+]?[0-9.]+e[-+0-9]+)$/i;

/** Writes a text as YAML, in a style that reads back as the same text everywhere; or in an odd one. */
export function writeText(text: string, place: TextPlace, draw: Draw): string {
  const changed = oddText(text, draw.odd(`character${place.suffix}`));
  const oddStyle = draw.odd(`style${place.suffix}`);
  if (oddStyle !== undefined) return oddlyStyled(changed, place, oddStyle);
  return usualStyle(changed, place, draw);
}

function oddText(text: string, odd: Draw | undefined): string {
  if (odd === undefined) return text;
  const at = odd.pick([0, text.length, odd.below(text.length + 1)]);
  return `${text.slice(0, at)}${odd.pick(oddCharacters)}${text.slice(at)}`;
}

function usualStyle(text: string, place: TextPlace, draw: Draw): string {
  const styles = [doubleQuoted(text)];
  if (plainText.test(text) && !otherType.test(text)) styles.push(text, text, text, text);
  if (!/[^\x20-\x7e]/.test(text)) styles.push(`'${text.replaceAll("'", "''")}'`);
  if (isBlockText(text) && !place.isInFlow) styles.push(literal(text, place), literal(text, place), literal(text, place));
  return draw.pickAny(styles) ?? '';
}

function doubleQuoted(text: string): string {
  // JSON leaves these three as they are; in YAML they would end a line.
  return JSON.stringify(text).replace(
    /[\u0085\u2028\u2029\ufeff\u007f]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function isBlockText(text: string): boolean {
  return /^[^\s#%-][^\n]*\n/.test(text) && !/[^\x20-\x7e\n]/.test(text) && !/\n{2}$/.test(text);
}

function literal(text: string, { indent }: TextPlace, indicator = '|'): string {
  const end = text.endsWith('\n') ? '' : '-';
  return `${indicator}${end}\n${indented(text.replace(/\n$/, ''), indent + 2)}`;
}

function indented(text: string, indent: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(indent));
}

function oddlyStyled(text: string, place: TextPlace, draw: Draw): string {
  const break_ = `\n${' '.repeat(place.indent + 2)}`;
  return draw.pick<() => string>([
    () => text,
    () => text,
    () => `"${escapeOne(text.replaceAll(/["\\]/g, '\\$&'), draw)}"`,
    () => `"${escapeOne(text, draw)}"`,
    () => doubleQuoted(text).replaceAll('/', '\\/'),
    () => doubleQuoted(text).replace(/\//, `\\${break_}/`),
    () => doubleQuoted(text).replace(/\//, `${break_}/`),
    () => `"${text}"`,
    () => `'${text}'`,
    () => `'${text.replace(/\//, `${break_}/`)}'`,
    () => text.replace(/\//, `${break_}/`),
    () => text.replace(/ /, break_),
    () => literal(text, place, '>'),
    () => literal(text, place, '|2').replace('|2-', '|2-'),
    () => `|+\n${indented(text, place.indent + 2)}\n`,
    () => `>+\n${indented(text, place.indent + 2)}\n`,
    () => `|- # comment\n${indented(text, place.indent + 2)}`,
    () => `!!str ${doubleQuoted(text)}`,
    () => `! ${doubleQuoted(text)}`,
    () => `!path ${doubleQuoted(text)}`,
    () => `!<tag:yaml.org,2002:str> ${doubleQuoted(text)}`,
    () => `!!binary ${Buffer.from(text).toString('base64')}`,
    () => `!!null ${doubleQuoted(text)}`,
    () => `&anchor ${doubleQuoted(text)}`,
    () => `&a !!str ${doubleQuoted(text)}`,
    () => `*anchor`,
    () => `{${text}}`,
    () => `[${text}]`,
    () => `- ${text}`,
    () => `? ${text}`,
    () => `${doubleQuoted(text)} # comment`,
    () => `${text} #comment`,
    () => `${text}#comment`,
    () => `@${text}`,
    () => `\`${text}\``,
    () => `%${text}`,
    () => `"${text}\\L"`,
    () => `"${text}\\N"`,
    () => `"${text}\\_"`,
    () => `"\\e${text}"`,
  ])();
}
