import type { Draw } from '../experiment/draw.ts';

/** What a document may hold. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value };

/** Writes a mapping as a document, in one of the many ways in which people and programs write it. */
export function writeDocument(value: Value, draw: Draw, { isPlain = false } = {}): string {
  const isFlow = !isPlain && draw.chance(8);
  const body = isFlow ? `${writeFlow(value, draw)}\n` : writeBlock(value, 0, draw).replace(/^\n/, '');
  if (isPlain) return body;
  return `${draw.pick(['', '', '', '---\n', '# c\n', '# c\n---\n', '\n'])}${body}${draw.pick(['', '', '', '---\n', '\n', '# c\n'])}`;
}

/** Writes what follows a key or a dash, from its blank or line break on. */
function writeBlock(value: Value, indent: number, draw: Draw): string {
  if (typeof value === 'string') return ` ${writeText(value, indent, draw)}${comment(value, draw)}\n`;
  if (value === null || typeof value !== 'object') return `${writeSimple(value, draw)}${draw.chance(5) ? ' # c' : ''}\n`;
  const entries = Array.isArray(value) ? value.length : Object.keys(value).length;
  if (entries === 0 || draw.chance(10)) return ` ${writeFlow(value, draw)}\n`;
  const lines = isList(value) ? writeItems(value, indent, draw) : writeEntries(value, indent, draw);
  return `${draw.chance(4) ? ' # c' : ''}\n${lines}`;
}

function writeItems(items: readonly Value[], indent: number, draw: Draw): string {
  return items.map((item) => `${lineBefore(indent, draw)}${' '.repeat(indent)}-${writeItem(item, indent, draw)}`).join('');
}

function writeItem(item: Value, indent: number, draw: Draw): string {
  const gap = draw.pick([1, 1, 1, 3]);
  const written = writeBlock(item, indent + 1 + gap, draw);
  const isCompact = written.startsWith('\n') && draw.chance(90);
  return isCompact ? `${' '.repeat(gap)}${written.trimStart()}` : written;
}

function writeEntries(value: { readonly [name: string]: Value }, indent: number, draw: Draw): string {
  return Object.entries(value)
    .map(([name, entry], index) => {
      const isInColumn = isList(entry) && draw.chance(50);
      const inner = isInColumn ? indent : indent + draw.pick([1, 2, 2, 2, 4]);
      const before = index === 0 ? '' : lineBefore(indent, draw);
      return `${before}${' '.repeat(indent)}${writeKey(name, draw)}:${writeBlock(entry, inner, draw)}`;
    })
    .join('');
}

function writeKey(name: string, draw: Draw): string {
  return draw.pick([name, name, name, name, name, name, JSON.stringify(name), `'${name}'`]);
}

function lineBefore(indent: number, draw: Draw): string {
  return draw.chance(5) ? draw.pick([`${' '.repeat(indent)}# c\n`, '\n', '# c\n', '  \n', '#c\n']) : '';
}

function comment(value: string, draw: Draw): string {
  return !value.includes('\n') && draw.chance(5) ? draw.pick([' # c', ' #c', '  # "c', ' # - c']) : '';
}

function writeText(text: string, indent: number, draw: Draw): string {
  const ways = [JSON.stringify(text), JSON.stringify(text)];
  if (!/[\n\t]/.test(text)) ways.push(`'${text.replaceAll("'", "''")}'`);
  if (isPlainText(text)) ways.push(text, text, text);
  if (text.includes('\n')) ways.push(...Array.from({ length: 4 }, () => writeBlockText(text, indent, draw)));
  return draw.pickAny(ways) ?? '';
}

function isPlainText(text: string): boolean {
  return /^[A-Za-zé][\w./=-]*(?: [\w./-]+)*$/.test(text) && !/^(?:true|yes)$/.test(text);
}

function writeBlockText(text: string, indent: number, draw: Draw): string {
  const isFolded = draw.chance(30);
  const depth = Math.max(1, indent) + draw.pick([0, 0, 1, 2]);
  const needsIndicator = /^\n*[ \t]/.test(text);
  const indicator = needsIndicator || draw.chance(10) ? String(draw.pick([depth, depth, depth - indent, 2])) : '';
  const chomping = text.endsWith('\n\n') ? '+' : text.endsWith('\n') ? draw.pick(['', '', '', '-', '+']) : '-';
  const lines = text.replace(/\n$/, '').split('\n');
  const written = lines.map((line) => (line === '' && draw.chance(80) ? '' : `${' '.repeat(depth)}${line}`));
  return `${isFolded ? '>' : '|'}${indicator}${chomping}${draw.chance(5) ? ' # c' : ''}\n${written.join(isFolded ? '\n\n' : '\n')}`;
}

function writeFlow(value: Value, draw: Draw): string {
  if (typeof value === 'string') return isPlainText(value) && draw.chance(60) ? value : JSON.stringify(value);
  if (value === null || typeof value !== 'object') return draw.pick([String(value), String(value)]);
  const space = draw.pick(['', '', ' ', '\n  ']);
  const comma = draw.pick([', ', ', ', ',', ',\n  ']);
  if (isList(value)) return `[${space}${value.map((item) => writeFlow(item, draw)).join(comma)}${space}]`;
  const entries = Object.entries(value).map(([name, entry]) => `${writeKey(name, draw)}: ${writeFlow(entry, draw)}`);
  return `{${space}${entries.join(comma)}${space}}`;
}

function writeSimple(value: number | boolean | null, draw: Draw): string {
  return value === null ? draw.pick(['', ' null', ' ~']) : ` ${String(value)}`;
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}
