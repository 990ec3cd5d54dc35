/** A pattern of Go's `filepath.Match`, taken apart: runs of single characters, with a star between two runs. */
export type GoPattern = readonly Run[];
type Run = readonly Character[];

/** What one character of a name is held against. */
type Character = { readonly ranges: readonly (readonly [low: string, high: string])[]; readonly isNegated: boolean };

const anyButSlash: Character = { ranges: [['/', '/']], isNegated: true };

/**
 * Parses a pattern: `*` and `?` match what is not a slash, `[a-z]` and `[^a-z]` one character, `\` takes the next as it is.
 * Undefined where Go calls it malformed.
 * Source: Go 1.26, path/filepath, match.go, `Match`.
 */
export function parseGoPattern(text: string): GoPattern | undefined {
  const runs: Character[][] = [[]];
  const characters = Array.from(text);
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] ?? '';
    if (character === '*') runs.push([]);
    else if (character === '?') runs.at(-1)?.push(anyButSlash);
    else if (character === '[') {
      const parsed = parseClass(characters, at + 1);
      if (parsed === undefined) return undefined;
      runs.at(-1)?.push(parsed.character);
      at = parsed.end;
    } else {
      if (character === '\\') at += 1;
      const literal = characters[at];
      if (literal === undefined) return undefined;
      runs.at(-1)?.push({ ranges: [[literal, literal]], isNegated: false });
    }
  }
  return runs;
}

/** Counts comparisons of one character with another. */
export interface StepMeter {
  steps: number;
}

/** Tells whether a pattern matches a whole path, given as its characters. */
export function matchesGoPattern(pattern: GoPattern, characters: readonly string[], meter: StepMeter): boolean {
  const [first = [], ...others] = pattern;
  if (!matchesAt(first, characters, 0, meter)) return false;
  let at = first.length;
  if (others.length === 0) return at === characters.length;
  const last = others.pop() ?? [];
  for (const run of others) {
    const found = findRun(run, characters, at, meter);
    if (found === undefined) return false;
    at = found + run.length;
  }
  const end = characters.length - last.length;
  return end >= at && matchesAt(last, characters, end, meter) && !characters.slice(at, end).includes('/');
}

function parseClass(
  characters: readonly string[],
  start: number,
): { readonly character: Character; readonly end: number } | undefined {
  const isNegated = characters[start] === '^';
  const ranges: (readonly [string, string])[] = [];
  let at = isNegated ? start + 1 : start;
  while (characters[at] !== ']' || ranges.length === 0) {
    const low = classCharacter(characters, at);
    if (low === undefined) return undefined;
    const isRange = characters[low.end] === '-';
    const high = isRange ? classCharacter(characters, low.end + 1) : low;
    if (high === undefined) return undefined;
    ranges.push([low.value, high.value]);
    at = high.end;
  }
  return { character: { ranges, isNegated }, end: at };
}

function classCharacter(characters: readonly string[], at: number): { readonly value: string; readonly end: number } | undefined {
  const isEscaped = characters[at] === '\\';
  const value = characters[isEscaped ? at + 1 : at];
  if (value === undefined || (!isEscaped && (value === '-' || value === ']'))) return undefined;
  const end = at + (isEscaped ? 2 : 1);
  return end < characters.length ? { value, end } : undefined;
}

// The first place is as good as any later one: what follows is a star.
function findRun(run: Run, characters: readonly string[], from: number, meter: StepMeter): number | undefined {
  for (let at = from; at + run.length <= characters.length; at += 1) {
    if (matchesAt(run, characters, at, meter)) return at;
    if (characters[at] === '/') return undefined;
  }
  return undefined;
}

function matchesAt(run: Run, characters: readonly string[], at: number, meter: StepMeter): boolean {
  if (at + run.length > characters.length) return false;
  return run.every((character, index) => {
    meter.steps += character.ranges.length;
    return matchesCharacter(character, characters[at + index] ?? '');
  });
}

function matchesCharacter({ ranges, isNegated }: Character, character: string): boolean {
  const point = character.codePointAt(0) ?? 0;
  const isInside = ranges.some(([low, high]) => (low.codePointAt(0) ?? 0) <= point && point <= (high.codePointAt(0) ?? 0));
  return isInside !== isNegated;
}
