import type { Draw } from './draw.ts';
import { disguisedReference, outsideReference, remoteReference, respelledReference } from './references-outside.ts';
import { oddKey, respellKey } from './spell-key.ts';
import { writeText } from './write-text.ts';
import {
  fields,
  hasReference,
  mapReferences,
  plain,
  type Fields,
  type List,
  reference,
  type Text,
  text,
  type Value,
} from './yaml-value.ts';

/** By which lots a file is written, and from which directory its references go. */
export interface Writing {
  readonly draw: Draw;
  readonly directory: string;
  /** Puts a file in the package where a text that was made odd would name one, so that it does. */
  readonly decoy?: (reference: string) => void;
}

/** Writes a file of one document. */
export function writeYaml(value: Fields | List, writing: Writing): string {
  const { draw } = writing;
  const isFlow = draw.chance(6);
  const body = isFlow ? `${writeFlow(value, writing)}\n` : writeBlock(value, 0, writing);
  const start = draw.pick(['', '', '', '---\n', '# comment\n', '# comment\n---\n']);
  const usual = `${start}${body}${draw.pick(['', '', '', '', '---\n', '\n'])}`;
  const whole = oddDocument(usual, body, writing);
  return draw.chance(4) ? whole.replaceAll(/\r?\n/g, '\r\n') : whole;
}

function oddDocument(usual: string, body: string, { draw, directory }: Writing): string {
  const odd = draw.odd('document');
  if (odd === undefined) return usual;
  const other = writeBlock(
    fields({ resources: { type: 'list', items: [text(outsideReference('resource', directory, odd))] } }),
    0,
    { draw: odd, directory },
  );
  return odd.pick<() => string>([
    () => `--- ${usual}`,
    () => `%YAML 1.1\n---\n${body}`,
    () => `%YAML 1.2\n---\n${body}`,
    () => `%TAG ! tag:yaml.org,2002:\n---\n${body}`,
    () => `\ufeff${usual}`,
    () => `\ufeff---\n${body}`,
    () => `${body}...\n`,
    () => `${body}...\n${other}`,
    () => `${body}---\n${other}`,
    () => `---\n---\n${body}`,
    () => `${other}---\n${body}`,
    () => `...\n${body}`,
    () => `${body}--- # end\n`,
    () => `${body}---\n# end\n---\n`,
    () => `--- # begin\n${body}`,
    () => `---\r${body}`,
    () => `---\u2028${body}`,
    () => `# comment\u2028${other}${body}`,
    () => `# comment\u0085${other}${body}`,
    () => `# comment\r${other}${body}`,
    () => `${body}# comment\u2029${other}`,
    () => `${body}\0${other}`,
    () => `{}\n---\n${body}`,
    () => `&all\n${body}`,
    () => `!!map\n${body}`,
    () => body.replaceAll(/^ +/gm, '\t'),
    () => Buffer.from(body, 'utf16le').toString('latin1'),
    () => `${body}${other}`,
  ])();
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
  const start = `${comment(indent, writing)}${' '.repeat(indent)}${writeKey(key, indent, draw)}`;
  if (value.type === 'text') return `${start} ${writeScalar(value, { indent, isInFlow: false }, writing)}\n`;
  const isEmpty = value.type === 'list' ? value.items.length === 0 : value.entries.length === 0;
  if (isEmpty || draw.chance(20)) return `${start} ${writeFlow(value, writing)}\n`;
  const inner = value.type === 'list' && draw.chance(50) ? indent : indent + 2;
  return `${start}${oddProperty(draw)}\n${writeBlock(value, inner, writing)}`;
}

function writeKey(key: string, indent: number, draw: Draw): string {
  const respelled = draw.odd('spelling');
  const spelled = respelled === undefined ? key : respellKey(key, respelled);
  const odd = draw.odd('key');
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
  const odd = draw.odd('twice');
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
  return `{${value.entries.map(([key, entry]) => `${flowKey(key, writing.draw)} ${writeFlow(entry, writing)}`).join(', ')}}`;
}

function flowKey(key: string, draw: Draw): string {
  const respelled = draw.odd('spelling');
  const spelled = respelled === undefined ? key : respellKey(key, respelled);
  return plainKey(spelled);
}

function plainKey(key: string): string {
  return /^[\w./-]+$/.test(key) ? `${key}:` : `${JSON.stringify(key)}:`;
}

function writeScalar(value: Text, place: { readonly indent: number; readonly isInFlow: boolean }, writing: Writing): string {
  if (value.isPlain === true) return value.text;
  return writeText(oddReference(value, writing), place, writing.draw);
}

function oddReference(value: Text, { draw, directory, decoy }: Writing): string {
  if (value.reference === undefined) return value.text;
  const kind = value.reference;
  const odd = draw.odd('reference');
  if (odd === undefined) return value.text;
  const changed = odd.pick<() => string>([
    () => outsideReference(kind, directory, odd),
    () => remoteReference(odd),
    () => remoteReference(odd),
    () => disguisedReference(kind, directory, odd),
    () => disguisedReference(kind, directory, odd),
    () => respelledReference(value.text, directory, odd),
    () => respelledReference(value.text, directory, odd),
  ])();
  if (odd.chance(70)) decoy?.(changed);
  return changed;
}

function outsideOf(value: Value, directory: string, draw: Draw): Value {
  return mapReferences(value, (kind) => (draw.chance(30) ? remoteReference(draw) : outsideReference(kind, directory, draw)));
}
