import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { claimNames, findingTable } from '@release-capsule/verifier';
import { describe, expect, test } from 'vitest';
import { readPage, type Row, tableRows } from './markdown.ts';
import { workspaceRoot } from './rules/source-files.ts';

const attacks = tableRows(readPage('threat-model.md')).filter(({ attack }) => attack !== undefined);
const documented = new Set(tableRows(readPage('errors.md')).map(({ code }) => (code ?? '').replaceAll('`', '')));

test('the threat model lists attacks', () => {
  expect(attacks.length).toBeGreaterThan(50);
  expect(new Set(attacks.map(({ attack }) => attack)).size).toBe(attacks.length);
});

describe.each(attacks)('an attack: $attack', (row) => {
  test('is answered with a code that exists', () => {
    const codes = codesIn(row['code']);

    expect(codes).not.toEqual([]);
    expect(codes.filter((code) => !documented.has(code))).toEqual([]);
  });

  test('is stopped by a claim, where it names one, that has the code', () => {
    const claims = codesIn(row['stopped by']);
    const [code = ''] = codesIn(row['code']);

    expect(claims.filter((claim) => !claimNames.some((name) => name === claim))).toEqual([]);
    const [owner] = Object.entries(findingTable).find(([name]) => name === code)?.[1] ?? [];
    if (claims.length > 0) expect(claims).toContain(owner);
  });

  test('is shown by a test that speaks of the code, or of the one behind it', () => {
    const path = join(workspaceRoot, row['shown in'] ?? '');

    expect(existsSync(path), path).toBe(true);
    expect(readFileSync(path, 'utf8')).toMatch(new RegExp(`\\b(${codesIn(row['code']).join('|')})\\b`));
  });
});

test('every way to refuse a signature by identity is among the attacks, or beside one that is', () => {
  const codes = Object.keys(findingTable).filter((code) => /^SIGNATURE_(WRONG|SCT|LOG_(OTHER|PROOF|CHECKPOINT)|CERTIFICATE|ROOT)/.test(code));
  const listed = new Set(attacks.flatMap((row) => codesIn(row['code'])));

  expect(codes.filter((code) => !listed.has(code))).toEqual([]);
});

function codesIn(cell: Row[string] | undefined): readonly string[] {
  return [...(cell ?? '').matchAll(/`([A-Z_]+)`/g)].map(([, code = '']) => code);
}
