import { SchemaError } from '../errors.ts';
import type { Pattern, PatternSegment } from './glob-pattern.ts';

/** Steps that matching may still take; each is a few nanoseconds. */
export interface MatchBudget {
  left: number;
}

type Name = Exclude<PatternSegment, { kind: 'deep' }>;

/**
 * Takes steps from a budget.
 * @throws {SchemaError} `LIMIT_EXCEEDED` where there are too few.
 */
export function spendSteps(budget: MatchBudget, steps: number): void {
  budget.left -= steps;
  if (budget.left >= 0) return;
  throw new SchemaError('LIMIT_EXCEEDED', 'matching the include and exclude patterns takes too long', {
    hint: 'Use fewer or simpler patterns.',
  });
}

/**
 * Tells whether a pattern matches a whole path.
 * @param atLeast is how many names a `**` at the end must stand for.
 * @throws {SchemaError} `LIMIT_EXCEEDED`.
 */
export function matchesPath(pattern: Pattern, names: readonly string[], budget: MatchBudget, atLeast: 0 | 1): boolean {
  const { segments, lastDeep } = pattern;
  let at = 0;
  let index = 0;
  let deep = -1;
  let resume = 0;
  while (at < segments.length) {
    spendSteps(budget, 1);
    const part = segments[at];
    const name = names[index];
    if (part?.kind === 'deep') {
      if (at === lastDeep) return matchesEnd(pattern, names, { index, budget, atLeast });
      deep = at;
      resume = index;
      at += 1;
    } else if (part !== undefined && name !== undefined && matchesName(part, name, budget)) {
      at += 1;
      index += 1;
    } else if (deep === -1 || name === undefined) {
      return false;
    } else {
      // Only the last `**` is moved on: an earlier one could not do better.
      resume += 1;
      index = resume;
      at = deep + 1;
    }
  }
  return index === names.length;
}

/**
 * Tells whether a pattern could match a path below a directory.
 * @throws {SchemaError} `LIMIT_EXCEEDED`.
 */
export function reachesBelow({ segments }: Pattern, directory: readonly string[], budget: MatchBudget): boolean {
  for (const [index, part] of segments.entries()) {
    spendSteps(budget, 1);
    if (part.kind === 'deep') return true;
    const name = directory[index];
    if (name === undefined) return true;
    if (!matchesName(part, name, budget)) return false;
  }
  return false;
}

// What follows the last `**` has a fixed length, so it stands at the path's end or nowhere.
function matchesEnd(
  { segments, lastDeep }: Pattern,
  names: readonly string[],
  rest: { readonly index: number; readonly budget: MatchBudget; readonly atLeast: 0 | 1 },
): boolean {
  const tail = segments.slice(lastDeep + 1);
  const start = names.length - tail.length;
  if (tail.length === 0) return start - rest.index >= rest.atLeast;
  if (start < rest.index) return false;
  return tail.every((part, offset) => {
    spendSteps(rest.budget, 1);
    const name = names[start + offset];
    return part.kind !== 'deep' && name !== undefined && matchesName(part, name, rest.budget);
  });
}

function matchesName(part: Name, name: string, budget: MatchBudget): boolean {
  if (part.kind === 'literal') return part.text === name;
  const { text, prefix, suffix } = part;
  if (name.length < prefix.length + suffix.length || !name.startsWith(prefix) || !name.endsWith(suffix)) return false;
  // One `*` between both, as in nearly every pattern.
  if (text.length === prefix.length + suffix.length + 1 && text[prefix.length] === '*') return true;
  return matchesWild(text, name, budget);
}

// Steps by code units, `?` by code points: a `*` that ends within a pair matches nothing that one before it would not.
function matchesWild(text: string, name: string, budget: MatchBudget): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  for (let index = 0; index < name.length;) {
    spendSteps(budget, 1);
    const wanted = text[at];
    if (wanted === '*') {
      star = at;
      at += 1;
      resume = index;
    } else if (wanted === '?') {
      at += 1;
      index += (name.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
    } else if (at < text.length && wanted === name[index]) {
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
