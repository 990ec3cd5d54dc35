import { SchemaError } from '../errors.ts';
import { quote } from '../quote.ts';
import { matchesGoPattern, parseGoPattern, type GoPattern } from './go-pattern.ts';

/** The rules of a `.helmignore`: what any of them matches is hidden. */
export type IgnoreRules = readonly IgnoreRule[];

interface IgnoreRule {
  readonly pattern: GoPattern;
  /** Whether the pattern is held against the last name alone, and not against the whole path. */
  readonly isName: boolean;
  readonly isDirectory: boolean;
}

const maxRules = 256; // helm create writes 13
const maxPatternCharacters = 256;
const defaultRule = 'templates/.?*'; // Helm adds it to every chart's

/**
 * Parses a chart's `.helmignore`.
 * Source: Helm v4, internal/ignore or pkg/ignore, rules.go, `Parse`, `AddDefaults`.
 * @throws {SchemaError} `PATTERN_INVALID` for what Helm refuses, for a negation, and beyond the bounds.
 */
export function parseHelmignore(text: string): IgnoreRules {
  const lines = text
    .replace(/^\ufeff/, '')
    .split('\n')
    .map((line) => line.trim());
  const patterns = lines.filter((line) => line !== '' && !line.startsWith('#'));
  if (patterns.length > maxRules) throw invalid(`it has more than ${maxRules} rules`);
  return [...patterns, defaultRule].map(parseRule);
}

/** Tells whether the rules hide a path, `/` between its names, from the chart's directory. */
export function ignores(rules: IgnoreRules, path: string, isDirectory: boolean): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return rules.some(
    (rule) => (isDirectory || !rule.isDirectory) && matchesGoPattern(rule.pattern, rule.isName ? name : path),
  );
}

function parseRule(text: string): IgnoreRule {
  if (text.startsWith('!'))
    throw invalid(`${quote(text)} is a negation, which hides all that it does not name: write what to hide`);
  if (text.includes('**')) throw invalid(`Helm does not take "**", as in ${quote(text)}`);
  if (text.length > maxPatternCharacters) throw invalid(`a rule has more than ${maxPatternCharacters} characters`);
  const isDirectory = text.endsWith('/');
  const rule = isDirectory ? text.slice(0, -1) : text;
  const pattern = parseGoPattern(rule.startsWith('/') ? rule.slice(1) : rule);
  if (pattern === undefined) throw invalid(`${quote(text)} is not a pattern that Helm takes`);
  return { pattern, isName: !rule.includes('/'), isDirectory };
}

function invalid(problem: string): SchemaError {
  return new SchemaError('PATTERN_INVALID', problem);
}
