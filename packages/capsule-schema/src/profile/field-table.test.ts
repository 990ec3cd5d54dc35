import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { chartFields, chartLockFields, kustomizationFields, pluginFields } from './field-table.ts';
import type { FieldType } from './field-type.ts';
import { foldName } from './fold-name.ts';

const page = readFileSync(join(import.meta.dirname, '../../../../docs/format.md'), 'utf8');
const published = page.slice(page.indexOf('<!-- profile fields -->'), page.indexOf('<!-- end of profile fields -->'));
const rows = published
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| type |') && !line.startsWith('| plugin |'));
const cells = rows.map((row) =>
  row
    .slice(2, -2)
    .split(' | ')
    .map((cell) => cell.trim()),
);

function flatten(type: FieldType, at = ''): readonly string[] {
  if (typeof type === 'string') return [`${at}: ${type}`];
  if (Array.isArray(type)) return flatten(type[0] as FieldType, `${at}[]`);
  return Object.entries(type).flatMap(([name, inner]) =>
    flatten(inner, at === '' ? name : `${at}.${name}`),
  );
}

function listed(row: readonly string[]): readonly string[] {
  const [type = '', names = ''] = row;
  return [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => `${name}: ${type}`);
}

it('is the table of fields that docs/format.md publishes for a kustomization', () => {
  const documented = cells.filter((row) => row.length === 2).flatMap(listed);

  expect([...documented].sort()).toEqual([...flatten(kustomizationFields)].sort());
});

it.each([...pluginFields])('is the table that docs/format.md publishes for %s', (kind, fields) => {
  const documented = cells.filter((row) => row.length === 3 && row[0] === kind).flatMap((row) => listed(row.slice(1)));
  const own = flatten(fields).filter((field) => !/^(?:apiVersion|kind|metadata\.[a-z]+): /.test(field));

  expect([...documented].sort()).toEqual([...own].sort());
});

it('has no two fields that Go takes for one, but for the two that kustomize wrote itself', () => {
  const twins = [kustomizationFields, ...pluginFields.values(), chartFields, chartLockFields].flatMap(twinsIn);

  expect([...new Set(twins)]).toEqual(['fieldpath']);
});

function twinsIn(type: FieldType): readonly string[] {
  if (typeof type === 'string') return [];
  if (Array.isArray(type)) return twinsIn(type[0] as FieldType);
  const names = Object.keys(type);
  const twins = names.filter((name, index) => names.findIndex((other) => foldName(other) === foldName(name)) < index);
  return [...twins, ...Object.values(type).flatMap((inner) => twinsIn(inner))];
}
