import { type MatchBudget, matchesPath, reachesBelow, spendSteps } from './glob-match.ts';
import { compilePatterns, type Pattern } from './glob-pattern.ts';

/** Tells whether a path, relative and POSIX, is meant. */
export type PathPredicate = (path: string) => boolean;

/** What include and exclude patterns say, of files and of the directories above them. */
export interface PathSelection {
  /** Tells whether a file is selected. */
  readonly selects: PathPredicate;
  /**
   * False where the patterns alone, whatever lies below the directory, say that nothing of it is selected. Such a
   * directory need not be listed to know what is packed.
   */
  readonly opens: PathPredicate;
  /** Tells whether an exclude pattern matches the path itself. */
  readonly excludes: PathPredicate;
}

const maxMatchSteps = 20_000_000; // under a second; 20,000 files with dozens of ordinary patterns take 3 million
const charactersPerStep = 4; // cutting a path into names costs about so much

/**
 * Compiles include and exclude patterns: no include pattern means all paths, exclude wins.
 *
 * A pattern is a relative POSIX path that must match the whole path of a file:
 * - `*` is any run of characters within a segment, a leading dot included; `?` is one character (code point);
 * - `**` as a whole segment is any number of directories, also none; at the end it is all below: `base/**`, `**`;
 * - everything else is literal. A directory's bare name takes nothing below it.
 *
 * `[…]`, `{…}`, `!…`, backslashes, `**` glued to other characters and a slash at either end are refused rather than
 * taken literally. Matching costs at most the pattern's length times the path's: no pattern makes it explode. Patterns
 * and paths may both be an attacker's, so all calls of the predicates share one budget.
 * @throws {SchemaError} `PATTERN_INVALID`; the predicates throw `LIMIT_EXCEEDED` after 20 million steps together.
 */
export function compileSelection(include: readonly string[], exclude: readonly string[]): PathSelection {
  const included = compilePatterns(include);
  const excluded = compilePatterns(exclude);
  const budget = { left: maxMatchSteps };
  const match = (patterns: readonly Pattern[], names: readonly string[]): boolean =>
    patterns.some((pattern) => matchesPath(pattern, names, budget, 1));
  return {
    selects: (path) => {
      const names = cut(path, budget);
      return (included.length === 0 || match(included, names)) && !match(excluded, names);
    },
    opens: (directory) => {
      const names = cut(directory, budget);
      const reaches = (pattern: Pattern): boolean => reachesBelow(pattern, names, budget);
      const covers = (pattern: Pattern): boolean => endsDeep(pattern) && matchesPath(pattern, names, budget, 0);
      return (included.length === 0 || included.some(reaches)) && !excluded.some(covers);
    },
    excludes: (path) => match(excluded, cut(path, budget)),
  };
}

/**
 * Compiles the same patterns into the predicate over files alone.
 * @throws {SchemaError} `PATTERN_INVALID`; the predicate throws `LIMIT_EXCEEDED` after 20 million steps.
 */
export function selectPaths(include: readonly string[], exclude: readonly string[]): PathPredicate {
  return compileSelection(include, exclude).selects;
}

function endsDeep({ segments, lastDeep }: Pattern): boolean {
  return lastDeep === segments.length - 1;
}

function cut(path: string, budget: MatchBudget): readonly string[] {
  spendSteps(budget, 1 + Math.ceil(path.length / charactersPerStep));
  return path.split('/');
}
