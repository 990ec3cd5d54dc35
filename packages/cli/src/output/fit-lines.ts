// oxlint-disable-next-line no-control-regex -- our own styles are control sequences
const styles = /\u001B\[\d{1,2}m/g;
const minTextColumns = 30; // less is not read but guessed
// Leading blanks, a mark (tick, cross, dash or arrow), and the label of a column: what follows is the line's text.
const beforeText = /^ *(?:(?:[\u2714\u2718?i\u2013!\u2192-]|error:|hint:|interrupted:) +)?(?:\S+(?: \S+){0,3} {2,})?/;

/**
 * Breaks lines that are wider than a terminal, between words. What follows stands below the text of the first line. A word
 * that is wider than the terminal stays whole: a reference that is cut can be neither read nor copied.
 */
export function fitLines(lines: readonly string[], columns: number): readonly string[] {
  return lines.flatMap((line) => (widthOf(line) <= columns ? [line] : breakLine(line, columns)));
}

function breakLine(line: string, columns: number): readonly string[] {
  const start = beforeText.exec(line.replaceAll(styles, ''))?.[0].length ?? 0;
  const indent = columns - start < minTextColumns ? 4 : start;
  const { before, words } = splitWords(line, start);
  const [first = '', ...others] = words;
  const fits = before.trim() === '' || widthOf(before) + widthOf(first) <= columns;
  const broken = [fits ? `${before}${first}` : before.trimEnd()];
  for (const word of fits ? others : words) {
    const last = broken.at(-1) ?? '';
    if (widthOf(last) + 1 + widthOf(word) <= columns) broken[broken.length - 1] = `${last} ${word}`;
    else broken.push(`${' '.repeat(Math.max(0, Math.min(indent, columns - widthOf(word))))}${word}`);
  }
  return broken;
}

interface SplitLine {
  /** What comes before the line's text: blanks, a mark, a label. */
  readonly before: string;
  readonly words: readonly string[];
}

function splitWords(line: string, start: number): SplitLine {
  let at = 0;
  let seen = 0;
  while (seen < start && at < line.length) {
    const style = styleAt(line, at);
    at += style === 0 ? 1 : style;
    seen += style === 0 ? 1 : 0;
  }
  return { before: line.slice(0, at), words: line.slice(at).split(/ +/) };
}

function styleAt(line: string, at: number): number {
  // oxlint-disable-next-line no-control-regex -- as above
  return /^\u001B\[\d{1,2}m/.exec(line.slice(at, at + 5))?.[0].length ?? 0;
}

function widthOf(text: string): number {
  return text.replaceAll(styles, '').length;
}
