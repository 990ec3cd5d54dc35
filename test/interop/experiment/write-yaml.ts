import type { Draw } from './draw.ts';
import { oddDocument } from './odd-document.ts';
import { oddReference, outsideOf } from './odd-reference.ts';
import { outsideReference } from './references-outside.ts';
import { oddKey, respellKey } from './spell-key.ts';
import { writeText } from './write-text.ts';
import type { Writing } from './writing.ts';
import {
  fields,
  hasReference,
  list,
  plain,
  type Fields,
  type List,
  reference,
  type Text,
  text,
  type Value,
} from './yaml-value.ts';

/** Writes one document: as a file or, mostly plainer, as a text for a field that takes YAML or a path. */
export function writeYaml(value: Fields | List, writing: Writing, isInline = false): string {
  const { draw } = writing;
  const isFlow = draw.chance(isInline ? 1 : 6);
  const body = isFlow ? `${writeFlow(value, writing)}\n` : writeBlock(value, 0, writing);
  const start = isInline && draw.chance(90) ? '' : draw.pick(['', '', '', '---\n', '# comment\n', '# comment\n---\n']);
  const end = isInline && draw.chance(90) ? '' : draw.pick(['', '', '', '', '---\n', '\n']);
  const odd = draw.odd('document');
  const usual = `${start}${body}${end}`;
  const whole = odd === undefined ? usual : oddDocument({ usual, body, other: otherDocument(odd, writing) }, odd);
  return draw.chance(isInline ? 1 : 4) ? whole.replaceAll(/\r?\n/g, '\r\n') : whole;
}

function otherDocument(draw: Draw, { directory }: Writing): string {
  const outside = text(outsideReference('resource', directory, draw));
  return writeBlock(fields({ resources: list(outside) }), 0, { draw, directory });
}

/** Writes a value in block style, beginning on a line of its own. */
function writeBlock(value: Value, indent: number, writing: Writing): string {
  if (value.type === 'text') return `${' '.repeat(indent)}${writeScalar(value, { indent, isInFlow: false }, writing)}\n`;
  if (value.type === 'list') return writeBlockList(value, indent, writing);
  return writeBlockFields(value, indent, writing);
}

function writeBlockList(value: List, indent: number, writing: Writing): string {
  if (value.items.length === 0) return `${' '.repeat(indent)}[]\n`;
  const lines = value.items.map((item) => `${' '.repeat(indent)}- ${writeBlock(item, indent + 2, writing).trimStart()}`);
  return `${lines.join('')}${oddItem(value, indent, writing)}`;
}

function oddItem(value: List, indent: number, { draw, directory }: Writing): string {
  const odd = value.items.some(hasReference) ? draw.odd('item') : undefined;
  if (odd === undefined) return '';
  const [first] = value.items;
  const other = first === undefined ? text('') : outsideOf(first, directory, odd);
  return odd.pick<() => string>([
    () => `${' '.repeat(indent)}# comment\u2028${' '.repeat(indent)}- ${writeFlow(other, { draw: odd, directory })}\n`,
    () => `${' '.repeat(indent)}# comment\u0085${' '.repeat(indent)}- ${writeFlow(other, { draw: odd, directory })}\n`,
    () => `${' '.repeat(indent)}# comment\r${' '.repeat(indent)}- ${writeFlow(other, { draw: odd, directory })}\n`,
    () => `${' '.repeat(indent)}- null\n`,
    () => `${' '.repeat(indent)}-\n`,
    () => `${' '.repeat(indent)}- [${writeFlow(other, { draw: odd, directory })}]\n`,
    () => `${' '.repeat(indent)}- {}\n`,
    () => `${' '.repeat(indent)}- ''\n`,
    () => `${' '.repeat(indent)}- ${writeFlow(other, { draw: odd, directory })}\n`,
  ])();
}

function writeBlockFields(value: Fields, indent: number, writing: Writing): string {
  if (value.entries.length === 0) return `${' '.repeat(indent)}{}\n`;
  const entries = [...value.entries, ...unknownField(writing)];
  return entries
    .map(([key, entry]) => `${writeEntry(key, entry, indent, writing)}${again(key, entry, indent, writing)}`)
    .join('');
}

function writeEntry(key: string, value: Value, indent: number, writing: Writing): string {
  const { draw } = writing;
  const start = `${comment(indent, writing)}${' '.repeat(indent)}${writeKey(key, value, indent, draw)}`;
  if (value.type === 'text') return `${start} ${writeScalar(value, { indent, isInFlow: false }, writing)}\n`;
  const isEmpty = value.type === 'list' ? value.items.length === 0 : value.entries.length === 0;
  if (isEmpty || draw.chance(20)) return `${start} ${writeFlow(value, writing)}\n`;
  const inner = value.type === 'list' && draw.chance(50) ? indent : indent + 2;
  return `${start}${oddProperty(draw)}\n${writeBlock(value, inner, writing)}`;
}

function writeKey(key: string, value: Value, indent: number, draw: Draw): string {
  const respelled = draw.odd(at('spelling', value));
  const spelled = respelled === undefined ? key : respellKey(key, respelled);
  const odd = draw.odd(at('key', value));
  if (odd === undefined) return plainKey(spelled);
  return oddKey(spelled, odd).replace('\n', `\n${' '.repeat(indent)}`);
}

function oddProperty(draw: Draw): string {
  return (
    draw
      .odd('property')
      ?.pick([' &anchor', ' !!seq', ' !!map', ' !!set', ' !thing', ' # comment', ' !!omap', ' *anchor', '\t']) ?? ''
  );
}

function comment(indent: number, { draw, directory }: Writing): string {
  const odd = draw.odd('comment');
  const start = `${' '.repeat(indent)}# comment`;
  if (odd === undefined) return draw.chance(5) ? `${start}\n` : '';
  const end = odd.pick(['\u2028', '\u2029', '\u0085', '\r', '\v', '\f', '\0']);
  const field = odd.pick(['path', 'resources', 'files', 'chartHome', 'targetFilePath', 'valuesFile']);
  const outside = writeFlow(text(outsideReference('patch', directory, odd)), { draw: odd, directory });
  return `${start}${end}${' '.repeat(indent)}${field}: ${outside}\n`;
}

/** The same field once more, as Go may fold it, with its references led outside. */
function again(key: string, value: Value, indent: number, { draw, directory }: Writing): string {
  const odd = draw.odd(at('twice', value));
  if (odd === undefined) return '';
  const spelled = odd.chance(25) ? key : respellKey(key, odd);
  const written = writeFlow(outsideOf(value, directory, odd), { draw: odd, directory });
  const line = odd.pick([
    `${plainKey(spelled)} ${written}`,
    `<<: {${JSON.stringify(key)}: ${written}}`,
    `${plainKey(spelled)} ${written}`,
  ]);
  return `${' '.repeat(indent)}${line}\n`;
}

function unknownField({ draw, directory }: Writing): readonly (readonly [string, Value])[] {
  const odd = draw.odd('unknown');
  if (odd === undefined) return [];
  const key = odd.pick([
    'path',
    'paths',
    'files',
    'env',
    'envs',
    'resources',
    'bases',
    'helmBin',
    'configHome',
    'chartHome',
    'extraArgs',
    'url',
    'valuesFile',
    'x-note',
    'targetFilePath',
    'patches',
    'name',
    'repo',
    'values',
    'chartRepoUrl',
    '<<',
    'command',
    'metadata',
  ]);
  const outside = reference(
    'data',
    outsideReference(odd.pick(['data', 'resource', 'patch', 'values', 'chart-home']), directory, odd),
  );
  return [
    [key, odd.pick<Value>([outside, { type: 'list', items: [outside] }, fields({ path: outside }), plain('null'), text('x')])],
  ];
}

/** Writes a value in flow style. */
function writeFlow(value: Value, writing: Writing): string {
  if (value.type === 'text') return writeScalar(value, { indent: 0, isInFlow: true }, writing);
  if (value.type === 'list') return `[${value.items.map((item) => writeFlow(item, writing)).join(', ')}]`;
  return `{${value.entries.map(([key, entry]) => flowEntry(key, entry, writing)).join(', ')}}`;
}

function flowEntry(key: string, value: Value, writing: Writing): string {
  const entry = `${flowKey(key, value, writing.draw)} ${writeFlow(value, writing)}`;
  const odd = writing.draw.odd(at('twice', value));
  if (odd === undefined) return entry;
  const outside = writeFlow(outsideOf(value, writing.directory, odd), { draw: odd, directory: writing.directory });
  const other = `${plainKey(odd.chance(25) ? key : respellKey(key, odd))} ${outside}`;
  return odd.pick([`${entry}, ${other}`, `${other}, ${entry}`]);
}

/** Oddities where a reference stands are a kind of their own: there are far fewer occasions for them. */
function at(kind: string, value: Value): string {
  return hasReference(value) ? `${kind} of a reference` : kind;
}

function flowKey(key: string, value: Value, draw: Draw): string {
  const respelled = draw.odd(at('spelling', value));
  const spelled = respelled === undefined ? key : respellKey(key, respelled);
  return plainKey(spelled);
}

function plainKey(key: string): string {
  return /^[\w./-]+$/.test(key) ? `${key}:` : `${JSON.stringify(key)}:`;
}

function writeScalar(value: Text, place: { readonly indent: number; readonly isInFlow: boolean }, writing: Writing): string {
  if (value.isPlain === true) return value.text;
  return writeText(oddReference(value, writing), { ...place, suffix: at('', value) }, writing.draw);
}
