import { stringify } from 'yaml';
import { ExpressionError } from './errors.ts';
import { parseFloat } from './parse-float.ts';
import { type Environment, evaluateExpression, type ExpressionFunction } from './evaluate-expression.ts';
import { goJson, isRecord } from './values.ts';

const delimiters = [['${{', '}}'], ['${%', '%}']] as const;

const trueWords = ['1', 't', 'T', 'TRUE', 'true', 'True'];
const falseWords = ['0', 'f', 'F', 'FALSE', 'false', 'False'];

/** Evaluates every string of a step's config, keys excepted. Source: Kargo v1.11.2, pkg/expressions/json_templates.go. */
export function evaluateConfig(config: unknown, environment: Environment): unknown {
  if (typeof config === 'string') return assertJson(evaluateTemplate(config, environment));
  if (Array.isArray(config)) return config.map((item) => evaluateConfig(item, environment));
  if (!isRecord(config)) return config;
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, evaluateConfig(value, environment)]));
}

/**
 * Evaluates the expressions in one string. Where it has any, the result takes another type where it reads as one: a number, then a
 * bool, then any JSON; quotes around all of it are taken off and keep it a string. Source: as {@link evaluateConfig}, EvaluateTemplate.
 */
export function evaluateTemplate(template: string, { values, functions }: Environment): unknown {
  if (!delimiters.some(([start]) => template.includes(start))) return template;
  const result = substitute(template, { values, functions: { ...functions, ...quoting } });
  const line = result.endsWith('\n') ? result.slice(0, -1) : result;
  const end = line === result ? '' : '\n';
  if (line.length > 1 && line.startsWith('"') && line.endsWith('"')) return line.slice(1, -1) + end;
  const number = parseFloat(line);
  if (number !== undefined) return number;
  if (trueWords.includes(line)) return true;
  if (falseWords.includes(line)) return false;
  try {
    return JSON.parse(line, (_, value: unknown) => assertJson(value)); // Go refuses what is too large, JavaScript makes infinity of it
  } catch {
    return line + end;
  }
}

/** A number that JSON has no word for cannot stand in a config. Source: Go, encoding/json, UnsupportedValueError. */
function assertJson(value: unknown): unknown {
  if (typeof value !== 'number' || Number.isFinite(value)) return value;
  throw new ExpressionError(`json: unsupported value: ${Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'}`);
}

function substitute(template: string, environment: Environment): string {
  const found = delimiters
    .map(([start, end]) => ({ at: template.indexOf(start), start, end }))
    .filter(({ at }) => at >= 0)
    .toSorted((one, other) => one.at - other.at)[0];
  if (found === undefined) return template;
  const from = found.at + found.start.length;
  const to = template.indexOf(found.end, from);
  if (to < 0) throw new ExpressionError(`unclosed expression: expected ${found.end}`);
  const value = evaluateExpression(template.slice(from, to), environment);
  const rest = substitute(template.slice(to + found.end.length), environment);
  return template.slice(0, found.at) + (typeof value === 'string' ? value : goJson(value)) + rest;
}

/** Source: Kargo v1.11.2, pkg/expressions/json_templates.go, quoteFunc, unsafeQuoteFunc, asYAMLFunc, asJSONFunc. */
const quoting: Readonly<Record<string, ExpressionFunction>> = {
  quote: (value) => (typeof value === 'string' ? JSON.stringify(value) : `"${goJson(value)}"`),
  unsafeQuote: (value) => `"${goJson(value)}"`,
  asJSON: (value) => `"${goJson(value, '  ')}\n"`,
  asYAML: (value) => `"${stringify(value, { indent: 4 })}"`,
};
