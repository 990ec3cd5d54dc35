/** Lists texts as a sentence does: `a`, `a and b`, `a, b and c`. */
export function listOf(texts: readonly string[]): string {
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1) ?? ''}`;
}
