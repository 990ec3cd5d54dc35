import { SchemaError } from '../errors.ts';
import { quote } from '../quote.ts';
import { type GoPattern, matchesGoPattern, parseGoPattern, type StepMeter } from './go-pattern.ts';

/** The rules of a `.helmignore`: what any of them matches is hidden. */
export type IgnoreRules = readonly IgnoreRule[];

interface IgnoreRule {
  readonly pattern: GoPattern;
  /** Whether the pattern is held against the last name alone, and not against the whole path. */
  readonly isName: boolean;
  readonly isDirectory: boolean;
  readonly countsBytes: boolean;
}

const maxRules = 128; // helm create writes 13
const maxPatternCharacters = 100;
const defaultRule = 'templates/.?*'; // Helm adds it to every chart's

/**
 * Parses a chart's `.helmignore`.
 * Source: Helm v4, internal/ignore or pkg/ignore, rules.go, `Parse`, `AddDefaults`.
 * @throws {SchemaError} `PATTERN_INVALID` for what Helm refuses, for a negation, and beyond the bounds.
 */
export function parseHelmignore(text: string): IgnoreRules {
  const lines = text.split('\n').map((line) => line.replace(/^[\t-\r ]+|[\t-\r ]+$/g, ''));
  const patterns = lines.filter((line) => line !== '' && !line.startsWith('#'));
  if (patterns.length > maxRules) throw invalid(`it has more than ${maxRules} rules`);
  return [...patterns, defaultRule].map(parseRule);
}

/**
 * Tells whether the rules hide a path, `/` between its names, from the chart's directory.
 * @param meter counts the steps that it takes.
 * @throws {SchemaError} `PATTERN_INVALID` if the path has letters beyond ASCII and a rule counts bytes.
 */
export function ignores(rules: IgnoreRules, path: string, isDirectory: boolean, meter: StepMeter): boolean {
  const whole = Array.from(path);
  const name = whole.slice(whole.lastIndexOf('/') + 1);
  const isAscii = /^[\x20-\x7e]*$/.test(path);
  return rules.some((rule) => {
    if (rule.isDirectory && !isDirectory) return false;
    // After a star Go goes on byte by byte, so that a single character can be a part of one.
    if (rule.countsBytes && !isAscii)
      throw invalid(`${quote(path)} has letters beyond ASCII, and a rule has "?" or "[" after "*"`);
    return matchesGoPattern(rule.pattern, rule.isName ? name : whole, meter);
  });
}

function parseRule(text: string): IgnoreRule {
  // What JavaScript and Go take for a blank or a letter differs beyond ASCII.
  if (!/^[\x20-\x7e]+$/.test(text)) throw invalid(`${quote(text)} has a character beyond plain ASCII`);
  if (text.startsWith('!')) {
    throw invalid(`${quote(text)} is a negation, which hides all that it does not name: write what to hide`);
  }
  if (text.includes('//')) throw invalid(`${quote(text)} has "//", which Helm 3 and Helm 4 read differently`);
  if (text.includes('**')) throw invalid(`Helm does not take "**", as in ${quote(text)}`);
  if (text.length > maxPatternCharacters) throw invalid(`a rule has more than ${maxPatternCharacters} characters`);
  const isDirectory = text.endsWith('/');
  const rule = isDirectory ? text.slice(0, -1) : text;
  const pattern = parseGoPattern(rule.startsWith('/') ? rule.slice(1) : rule);
  if (pattern === undefined) throw invalid(`${quote(text)} is not a pattern that Helm takes`);
  return { pattern, isName: !rule.includes('/'), isDirectory, countsBytes: /\*.*[?[]/.test(rule) };
}

function invalid(problem: string): SchemaError {
  return new SchemaError('PATTERN_INVALID', problem);
}
