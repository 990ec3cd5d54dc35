import type { FieldType, Fields, LeafType } from '../../../packages/capsule-schema/src/profile/field-type.ts';
import {
  chartFields,
  chartLockFields,
  kustomizationFields,
  pluginFields,
} from '../../../packages/capsule-schema/src/profile/field-table.ts';
import type { Draw } from '../experiment/draw.ts';
import { type Value, writeDocument } from './write-document.ts';

/** What a text is to the program that reads it. */
export type Kind = 'kustomization' | 'plugin' | 'inline plugin' | 'Chart.yaml' | 'Chart.lock';

/** A text of YAML, and what it is. */
export interface DrawnText {
  readonly kind: Kind;
  readonly text: string;
}

const kinds = [
  'kustomization',
  'kustomization',
  'kustomization',
  'plugin',
  'inline plugin',
  'inline plugin',
  'Chart.yaml',
  'Chart.lock',
] as const;
const plugins = [...pluginFields.keys()];

/** Draws a text of the profile's fields, which the judge mostly accepts. */
export function drawText(draw: Draw): DrawnText {
  const kind = draw.pick(kinds);
  if (kind === 'kustomization') return { kind, text: writeDocument(drawFields(kustomizationFields, draw), draw) };
  if (kind === 'Chart.yaml') return { kind, text: writeDocument(drawChart(draw), draw) };
  if (kind === 'Chart.lock') return { kind, text: writeDocument(drawFields(chartLockFields, draw), draw) };
  if (kind === 'inline plugin') return { kind, text: writeDocument(drawPlugin(draw), draw, { isPlain: true }) };
  const documents = Array.from({ length: draw.chance(20) ? 2 : 1 }, () => writeDocument(drawPlugin(draw), draw));
  return { kind, text: documents.join('---\n') };
}

function drawChart(draw: Draw): Value {
  return { apiVersion: 'v2', name: 'app', version: '1.0.0', ...drawFields(chartFields, draw) };
}

function drawPlugin(draw: Draw): Value {
  const kind = draw.pickAny(plugins) ?? '';
  const drawn = drawFields(pluginFields.get(kind) ?? {}, draw);
  const { apiVersion: _, kind: _kind, metadata: _metadata, ...fields } = drawn;
  const value = kind === 'ValueAddTransformer' ? { value: 'x' } : {};
  return { apiVersion: 'builtin', kind, metadata: { name: 'gen' }, ...fields, ...value };
}

function drawFields(fields: Fields, draw: Draw, depth = 0): Readonly<Record<string, Value>> {
  const names = Object.keys(fields).filter((name) => fields[name] !== 'refused');
  const most = draw.chance(50) ? 1 : depth === 0 ? 4 : 3; // small texts bring more of the changes to where they matter
  const chosen = draw.some(names, 1, most);
  return Object.fromEntries(chosen.map((name) => [name, drawValue(fields[name] ?? 'text', draw, depth + 1)]));
}

function drawValue(type: FieldType, draw: Draw, depth: number): Value {
  if (draw.chance(2)) return null;
  if (typeof type === 'string') return drawLeaf(type, draw);
  if (!isList(type)) return drawFields(type, draw, depth);
  return Array.from({ length: draw.pick([0, 1, 1, 2, 2, 3]) }, () => drawValue(type[0], draw, depth));
}

function drawLeaf(type: LeafType, draw: Draw): Value {
  if (type === 'boolean') return draw.chance(50);
  if (type === 'integer') return draw.below(20);
  if (type === 'data') return draw.pick<Value>([null, 'x', 7, true, ['a', { b: 'c\nd' }], { a: { b: ['c'] }, d: 'e\n' }]);
  if (type === 'map of texts') return { a: drawWord(draw), ...(draw.chance(50) ? { b: drawWord(draw) } : {}) };
  if (type === 'inline patch') return 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n';
  if (type === 'plugin or path') return draw.chance(50) ? 'gen.yaml' : writeDocument(drawPlugin(draw), draw, { isPlain: true });
  return paths[type] ?? drawWord(draw);
}

/** What lies in the package beside the text, so that a reference to it is not missing. */
const paths: Partial<Readonly<Record<LeafType, string>>> = {
  'path to file': 'a.yaml',
  'path to directory': 'base',
  'path to component': 'part',
  'path to file or directory': 'base',
  'path to values file': 'a.yaml',
  '[key=]path to file': 'k=a.yaml',
  'chart home': 'charts',
  'patch or path': 'a.yaml',
  'chart name': 'app',
  'helm argument': 'v1',
  'name template': 'v1',
};

function drawWord(draw: Draw): string {
  return draw.pick(words);
}

const words = [
  'a', 'app', 'b c', 'x.y/z', 'é', 'yes', '7', 'true', '', '~', '-', 'a-b', 'x: y',
  'x:', ': y', '# no', 'a #b', 'a # b', '- a', '? a',
  '{x}', '[x]', '"q"', "it's", 'a"b', ' lead', 'trail ', 'a\tb', '\t', '\\', 'a\\',
  '*a', '&a', '!a', '|', '>', '%', '@', '`', '---', '...',
  'one\ntwo', 'one\ntwo\n', 'one\n\ntwo\n\n', 'one\n  two\n three\n', '  one\ntwo\n',
  '\none\n', '\n', '\n\n', 'one \ntwo\t\n', '- a\n- b\n',
  'files: [h=/outside]\n', '#\nfiles: [h=/outside]\n', 'a: b\nrepo: outside\n', 'a\n---\nb\n',
  '# x\n y\n', '\ta\n', 'a\n\tb\n', 'z\\\n\n  w',
] as const;

function isList(type: Exclude<FieldType, LeafType>): type is readonly [FieldType] {
  return Array.isArray(type);
}
