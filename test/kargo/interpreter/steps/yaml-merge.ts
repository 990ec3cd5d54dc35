import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parse, stringify } from 'yaml';
import { Config } from '../config.ts';
import { isRecord } from '../expression/values.ts';
import { secureJoin } from '../secure-join.ts';
import type { StepContext, StepResult } from '../step.ts';

/**
 * Merges YAML files, later over earlier: maps by key, everything else replaced, a null removes. Comments and order are not kept as
 * Kargo keeps them. Source: Kargo v1.11.2, pkg/yaml/merge.go, which calls kyaml's merge2 without a schema.
 */
export async function yamlMerge({ config: raw, workDir }: StepContext): Promise<StepResult> {
  const config = new Config('yaml-merge', raw);
  const all = config.texts('inFiles').map((path) => ({ path, at: secureJoin(workDir, path) }));
  const missing = all.find(({ at }) => !existsSync(at));
  if (missing !== undefined && !config.flag('ignoreMissingFiles')) throw new Error(`input file "${missing.path}" not found`);
  const found = all.filter(({ at }) => existsSync(at));
  const documents = found.map(({ at }): unknown => parse(readFileSync(at, 'utf8')));
  const outFile = secureJoin(workDir, config.text('outFile'));
  mkdirSync(dirname(outFile), { recursive: true });
  const merged = documents.filter((document) => document !== null).reduce(merge, undefined);
  writeFileSync(outFile, merged === undefined ? '' : stringify(merged));
  return { status: 'Succeeded', ...described(found.map(({ path }) => path), config.text('outFile')) };
}

/** Source: Kargo v1.11.2, pkg/promotion/runner/builtin/yaml_merger.go, generateCommitMessage. */
function described(paths: readonly string[], outFile: string): Pick<StepResult, 'output'> {
  if (paths.length === 0) return {};
  const [only = ''] = paths;
  const many = [`Merged ${paths.length} YAML files to ${outFile}`, ...paths.map((path) => `- ${path}`)].join('\n');
  return { output: { commitMessage: paths.length === 1 ? `Wrote ${only} to ${outFile}` : many } };
}

function merge(under: unknown, over: unknown): unknown {
  if (!isRecord(under) || !isRecord(over)) return over;
  const both = Object.entries(over).map(([key, value]) => [key, merge(under[key], value)] as const);
  return Object.fromEntries(Object.entries({ ...under, ...Object.fromEntries(both) }).filter(([, value]) => value !== null));
}
