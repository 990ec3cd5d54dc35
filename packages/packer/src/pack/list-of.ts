const maxShown = 10; // a message is read by people

/** Lists texts for people: the first ten, and how many there are besides. */
export function listOf(texts: readonly string[]): string {
  const more = texts.length > maxShown ? [`and ${texts.length - maxShown} more`] : [];
  return [...texts.slice(0, maxShown), ...more].join(', ');
}
