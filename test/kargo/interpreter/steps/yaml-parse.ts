import { readFileSync } from 'node:fs';
import { Config } from '../config.ts';
import { evaluateExpression } from '../expression/evaluate-expression.ts';
import { readYaml } from '../read-yaml.ts';
import { secureJoin } from '../secure-join.ts';
import type { StepContext, StepResult } from '../step.ts';

/**
 * Takes values from a YAML file by expressions over its first document; others are left out without a word.
 * Source: Kargo v1.11.2, pkg/promotion/runner/builtin/yaml_parser.go; sigs.k8s.io/yaml v1.6, yaml.go, unmarshal.
 */
export async function yamlParse({ config: raw, workDir }: StepContext): Promise<StepResult> {
  const config = new Config('yaml-parse', raw);
  const text = readText(workDir, config.text('path'));
  if (text === '') throw new Error(`could not parse empty YAML file: "${config.text('path')}"`);
  const values = readYaml(text);
  return { status: 'Succeeded', output: Object.fromEntries(config.list('outputs').map((output) => extract('yaml-parse', output, values))) };
}

function readText(workDir: string, path: string): string {
  try {
    return readFileSync(secureJoin(workDir, path), 'utf8');
  } catch (error) {
    throw new Error(`error reading YAML file "${path}"`, { cause: error });
  }
}

/** Evaluates one of a step's `outputs`. */
export function extract(kind: string, raw: unknown, values: unknown): readonly [name: string, value: unknown] {
  const output = new Config(kind, raw);
  return [output.text('name'), evaluateExpression(output.text('fromExpression'), { values })];
}
