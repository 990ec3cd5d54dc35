import { SchemaError } from '../errors.ts';

/** Tells whether a path, relative and POSIX, is meant. */
export type PathPredicate = (path: string) => boolean;

const maxPatterns = 256; // each is matched against each path; the record has room for few more
const maxPatternBytes = 1024; // no path of a capsule is longer
const maxPatternSegments = 64; // no path of a capsule is deeper
const maxMatchSteps = 200_000_000; // a second or two of work, whatever patterns and paths are made of

type Segment = { readonly kind: 'deep' } | { readonly kind: 'literal' | 'wild'; readonly text: readonly string[] };
type Pattern = readonly Segment[];

interface Budget {
  left: number;
}

/**
 * Compiles include and exclude patterns into one predicate: no include pattern means all paths, exclude wins.
 *
 * A pattern is a relative POSIX path that must match the whole path of a file:
 * - `*` is any run of characters within a segment, a leading dot included; `?` is one character (code point);
 * - `**` as a whole segment is any number of directories, also none; at the end it is all below: `base/**`, `**`;
 * - everything else is literal. A directory's bare name takes nothing below it.
 *
 * `[…]`, `{…}`, `!…`, backslashes, `**` glued to other characters and a slash at either end are refused rather than
 * taken literally. Matching costs at most the pattern's length times the path's: no pattern makes it explode.
 * @throws {SchemaError} `PATTERN_INVALID`; the predicate throws `LIMIT_EXCEEDED` after 200 million steps.
 */
export function selectPaths(include: readonly string[], exclude: readonly string[]): PathPredicate {
  const included = compileAll(include);
  const excluded = compileAll(exclude);
  const budget = { left: maxMatchSteps };
  return (path) => {
    const segments = split(path);
    const takes = (pattern: Pattern): boolean => statesAfter(pattern, segments, budget).has(pattern.length);
    return (included.length === 0 || included.some(takes)) && !excluded.some(takes);
  };
}

/**
 * Compiles the same patterns into a predicate over directories: false where the patterns alone, whatever lies below
 * the directory, say that nothing of it is selected. Such a directory need not be listed to know what is packed.
 * @throws {SchemaError} `PATTERN_INVALID`; the predicate throws `LIMIT_EXCEEDED` after 200 million steps.
 */
export function selectDirectories(include: readonly string[], exclude: readonly string[]): PathPredicate {
  const included = compileAll(include);
  const excluded = compileAll(exclude);
  const budget = { left: maxMatchSteps };
  return (directory) => {
    const segments = split(directory);
    const reaches = (pattern: Pattern): boolean => {
      for (const state of statesAfter(pattern, segments, budget)) if (state < pattern.length) return true;
      return false;
    };
    const covers = (pattern: Pattern): boolean =>
      pattern.at(-1)?.kind === 'deep' && statesAfter(pattern, segments, budget).has(pattern.length - 1);
    return (included.length === 0 || included.some(reaches)) && !excluded.some(covers);
  };
}

function split(path: string): readonly (readonly string[])[] {
  return path.split('/').map((segment) => Array.from(segment));
}

function compileAll(patterns: readonly string[]): readonly Pattern[] {
  if (patterns.length > maxPatterns) {
    throw new SchemaError('PATTERN_INVALID', `there are ${patterns.length} patterns; at most ${maxPatterns} can be`);
  }
  return patterns.map(compile);
}

function compile(pattern: string): Pattern {
  const broken = brokenRule(pattern);
  if (broken !== undefined) {
    throw new SchemaError('PATTERN_INVALID', `the pattern ${JSON.stringify(pattern)} cannot be used: ${broken}`, {
      hint: 'Use literal names, "*" and "?" within a name, and "**" for any directories: "base/**", "**/*.yaml".',
    });
  }
  return pattern.split('/').map((segment) => {
    if (segment === '**') return { kind: 'deep' };
    return { kind: /[*?]/.test(segment) ? 'wild' : 'literal', text: Array.from(segment) };
  });
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

// A state is the number of the pattern's segments that are behind; all states are followed at once.
function statesAfter(pattern: Pattern, segments: readonly (readonly string[])[], budget: Budget): ReadonlySet<number> {
  let states = new Set<number>();
  enter(states, pattern, 0);
  for (const segment of segments) {
    const next = new Set<number>();
    for (const state of states) advance(next, { pattern, state, segment, budget });
    states = next;
    if (states.size === 0) break;
  }
  return states;
}

function advance(
  next: Set<number>,
  step: { pattern: Pattern; state: number; segment: readonly string[]; budget: Budget },
): void {
  const { pattern, state, segment, budget } = step;
  const part = pattern[state];
  if (part === undefined) return;
  spend(budget);
  if (part.kind === 'deep') {
    enter(next, pattern, state);
    if (state === pattern.length - 1) next.add(pattern.length);
  } else if (matchesSegment(part, segment, budget)) {
    enter(next, pattern, state + 1);
  }
}

// `**` before another segment may stand for no directory at all; as the last segment it stands for at least one name.
function enter(states: Set<number>, pattern: Pattern, from: number): void {
  states.add(from);
  for (let state = from; pattern[state]?.kind === 'deep' && state < pattern.length - 1; state += 1) {
    states.add(state + 1);
  }
}

// After a mismatch only the last `*` is moved on: an earlier one could not do better.
function matchesSegment(
  part: Exclude<Segment, { kind: 'deep' }>,
  segment: readonly string[],
  budget: Budget,
): boolean {
  const { text } = part;
  if (part.kind === 'literal' && text.length !== segment.length) return false;
  let at = 0;
  let star = -1;
  let resume = 0;
  for (let index = 0; index < segment.length;) {
    spend(budget);
    if (text[at] === '*') {
      star = at;
      at += 1;
      resume = index;
    } else if (at < text.length && (text[at] === '?' || text[at] === segment[index])) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      resume += 1;
      index = resume;
      at = star + 1;
    } else {
      return false;
    }
  }
  while (text[at] === '*') at += 1;
  return at === text.length;
}

function spend(budget: Budget): void {
  budget.left -= 1;
  if (budget.left < 0) {
    throw new SchemaError('LIMIT_EXCEEDED', 'matching the include and exclude patterns takes too long', {
      hint: 'Use fewer or simpler patterns.',
    });
  }
}
