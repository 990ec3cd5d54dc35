const maxDistance = 2; // a slip of two keys; more is another word

/** Finds the name that a mistyped one was probably meant to be: the nearest by edits, in any case of letters. */
export function nearestName(typed: string, names: readonly string[]): string | undefined {
  if (typed.length > 64) return undefined; // no key is as long, and the distance costs the product of the lengths
  let nearest: string | undefined;
  let least = maxDistance + 1;
  for (const name of names) {
    const distance = editDistance(typed.toLowerCase(), name.toLowerCase());
    if (distance < least && distance < name.length / 2) [nearest, least] = [name, distance];
  }
  return nearest;
}

// Levenshtein's distance, a row at a time.
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let line = 1; line <= from.length; line++) {
    const next = [line];
    for (let column = 1; column <= to.length; column++) {
      const replaced = (row[column - 1] ?? 0) + (from[line - 1] === to[column - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
