import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { Config } from '../config.ts';
import { evaluateExpression } from '../expression/evaluate-expression.ts';
import { secureJoin } from '../secure-join.ts';
import type { StepContext, StepResult } from '../step.ts';

/** Takes values from a YAML file by expressions over the document. Source: Kargo v1.11.2, pkg/promotion/runner/builtin/yaml_parser.go. */
export async function yamlParse({ config: raw, workDir }: StepContext): Promise<StepResult> {
  const config = new Config('yaml-parse', raw);
  const text = readFileSync(secureJoin(workDir, config.text('path')), 'utf8');
  if (text === '') throw new Error(`could not parse empty YAML file: "${config.text('path')}"`);
  const values: unknown = parse(text);
  return { status: 'Succeeded', output: Object.fromEntries(config.list('outputs').map((output) => extract('yaml-parse', output, values))) };
}

/** Evaluates one of a step's `outputs`. */
export function extract(kind: string, raw: unknown, values: unknown): readonly [name: string, value: unknown] {
  const output = new Config(kind, raw);
  return [output.text('name'), evaluateExpression(output.text('fromExpression'), { values })];
}
