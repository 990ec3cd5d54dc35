import { readFileSync, writeFileSync } from 'node:fs';
import { isScalar, LineCounter, parseDocument } from 'yaml';
import { Config } from '../config.ts';
import { secureJoin } from '../secure-join.ts';
import type { StepContext, StepResult } from '../step.ts';

/**
 * Puts values into the lines of a YAML file. Only a key that is there and has a scalar can be set; what follows it on the line goes.
 * A list is written as Go prints one, which YAML reads as a list of one word.
 * Source: Kargo v1.11.2, pkg/yaml/yaml.go, SetValuesInBytes; pkg/yaml/quote.go.
 */
export async function yamlUpdate({ config: raw, workDir }: StepContext): Promise<StepResult> {
  const config = new Config('yaml-update', raw);
  const path = secureJoin(workDir, config.text('path'));
  const text = readFileSync(path, 'utf8');
  const lines = text.replace(/\n$/, '').split('\n');
  const changed = new Map(config.list('updates').map((update) => changeOf(text, update)));
  const updated = lines.map((line, index) => replaceFrom(line, changed.get(index)));
  writeFileSync(path, `${updated.join('\n')}\n`);
  return { status: 'Succeeded', output: { commitMessage: `Updated ${config.text('path')}` } };
}

interface Change {
  readonly column: number;
  readonly text: string;
}

function changeOf(text: string, raw: unknown): readonly [line: number, change: Change] {
  const update = new Config('yaml-update', raw);
  const keys = update.text('key').split(/(?<!\\)\./).map((key) => key.replaceAll('\\.', '.'));
  const lineCounter = new LineCounter();
  const node = parseDocument(text, { lineCounter }).getIn(keys, true);
  if (node === undefined) throw new Error(`error finding key ${update.text('key')}: key path not found`);
  if (!isScalar(node)) throw new Error(`error finding key ${update.text('key')}: key path does not address a scalar node`);
  const { line, col } = lineCounter.linePos(node.range?.[0] ?? 0);
  return [line - 1, { column: col - 1, text: printed(update.any('value')) }];
}

function replaceFrom(line: string, change: Change | undefined): string {
  if (change === undefined) return line;
  const kept = line.slice(0, change.column);
  return `${kept}${kept.endsWith(' ') ? '' : ' '}${change.text}`;
}

/** What Go's `%v` prints; a string that reads as another type is quoted. */
function printed(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printed).join(' ')}]`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') throw new Error('yaml-update: only scalars and lists of them are interpreted');
  return readsAsAnother(value) ? JSON.stringify(value) : value;
}

function readsAsAnother(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return /^[tTfF]$|^(TRUE|True|FALSE|False)$/.test(text) || (text.trim() !== '' && Number.isFinite(Number(text)));
  }
}
