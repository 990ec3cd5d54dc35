import { SchemaError } from '../errors.ts';
import { quote } from '../quote.ts';

/** One segment of a pattern: `**`, a plain name, or a name with wildcards. */
export type PatternSegment =
  | { readonly kind: 'deep' }
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'wild'; readonly text: string; readonly prefix: string; readonly suffix: string };

/** A compiled pattern; no two segments that follow each other are `**`. */
export interface Pattern {
  readonly segments: readonly PatternSegment[];
  /** Index of the last `**`, or -1. */
  readonly lastDeep: number;
}

const maxPatterns = 256; // each is matched against each path; the record has room for few more
const maxPatternBytes = 1024; // no path of a capsule is longer
const maxPatternSegments = 64; // no path of a capsule is deeper

/**
 * Compiles a list of patterns.
 * @throws {SchemaError} `PATTERN_INVALID`.
 */
export function compilePatterns(patterns: readonly string[]): readonly Pattern[] {
  if (patterns.length > maxPatterns) {
    throw new SchemaError('PATTERN_INVALID', `there are ${patterns.length} patterns; at most ${maxPatterns} can be`);
  }
  return patterns.map(compile);
}

function compile(pattern: string): Pattern {
  const broken = brokenRule(pattern);
  if (broken !== undefined) {
    throw new SchemaError('PATTERN_INVALID', `the pattern ${quote(pattern)} cannot be used: ${broken}`, {
      hint: 'Use literal names, "*" and "?" within a name, and "**" for any directories: "base/**", "**/*.yaml".',
    });
  }
  // Two "**" in a row match what one does, and would only cost more.
  const names = pattern.split('/').filter((name, at, all) => name !== '**' || all[at - 1] !== '**');
  return { segments: names.map(compileSegment), lastDeep: names.lastIndexOf('**') };
}

function compileSegment(text: string): PatternSegment {
  if (text === '**') return { kind: 'deep' };
  const first = text.search(/[*?]/);
  if (first === -1) return { kind: 'literal', text };
  const last = Math.max(text.lastIndexOf('*'), text.lastIndexOf('?'));
  return { kind: 'wild', text, prefix: text.slice(0, first), suffix: text.slice(last + 1) };
}

function brokenRule(pattern: string): string | undefined {
  if (pattern === '') return 'it is empty';
  if (!pattern.isWellFormed()) return 'it holds a lone surrogate';
  if (pattern.normalize('NFC') !== pattern) return 'it is not in Unicode normalisation form C, and no path could match';
  if (Buffer.byteLength(pattern) > maxPatternBytes) return `it is longer than ${maxPatternBytes} bytes`;
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(pattern)) return 'it holds a control, format or separator character';
  if (/[[\]{}\\]/.test(pattern)) return 'brackets, braces and backslashes are not supported';
  if (pattern.startsWith('!')) return 'negation is not supported';
  const segments = pattern.split('/');
  if (segments.length > maxPatternSegments) return `it is deeper than ${maxPatternSegments} segments`;
  for (const segment of segments) {
    if (segment === '') return 'it starts or ends with a slash, or holds two in a row';
    if (segment === '.' || segment === '..') return `it has a "${segment}" segment`;
    if (segment !== '**' && segment.includes('**')) return '"**" must be a whole segment';
  }
  return undefined;
}
