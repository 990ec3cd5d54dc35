/** Takes the quotes from around a text of one line, single or double; any other text is left as it is. */
export function withoutQuotes(text: string): string {
  return text.replace(/^(["'])(.*)\1$/, '$2');
}
