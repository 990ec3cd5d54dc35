import { templateParts } from './template-parts.ts';
import { isControl } from './template-value.ts';

const blockScalar = /^[|>][+-]?\d?[+-]?$/;
const property = /^(?:[&!]\S*[ \t]*)+/;

/** Counts the blanks before a line's text. */
export function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

/** Tells whether a line is blank or a comment of YAML. */
export function isBlank(line: string): boolean {
  return /^\s*(?:#|$)/.test(line);
}

/** Tells whether a line is one action alone: `{{- if .x }}`; `{{ $key }}: value` is an entry. */
export function isAction(line: string): boolean {
  return /^\s*\{\{.*\}\}\s*(?:#.*)?$/.test(line) && !/\}\}["']?\s*:(?:\s|$)/.test(line);
}

/** The column at which the key of a line stands: after the dash where an item of a list begins with it. */
export function columnOf(line: string): number {
  return /^\s*(?:-\s+)*/.exec(line)?.[0].length ?? 0;
}

/** Takes the comment from the end of a line of YAML; `#` in quotes, or in an action, begins none. */
export function withoutLineComment(value: string): string {
  const masked = templateParts(value)
    .map(({ kind, start, end }) => (kind === 'text' ? value.slice(start, end) : 'x'.repeat(end - start)))
    .join('');
  const [quoted = ''] = /^\s*(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')/.exec(masked) ?? [];
  const at = /(?:^|\s)#/.exec(masked.slice(quoted.length));
  return at === null ? value : value.slice(0, quoted.length + at.index);
}

/** The lines below the one at `index` that are deeper than `indent`; those of actions belong to it at any depth. */
export function linesBelow(lines: readonly string[], index: number, indent: number): readonly string[] {
  let end = index + 1;
  for (; end < lines.length; end += 1) {
    const line = lines[end] ?? '';
    if (line.trim() !== '' && !isAction(line) && !isComment(line, indent) && indentOf(line) <= indent) break;
  }
  return lines.slice(index + 1, end);
}

/** Gets the value of an entry, of which `first` stands on its own line. `lines` are those of the mapping. */
export function valueOf(first: string, lines: readonly string[], at: number): string {
  const value = withoutLineComment(first).trim().replace(property, '').trim();
  const indent = columnOf(lines[at] ?? '');
  if (blockScalar.test(value)) return blockText(linesBelow(lines, at, indent), indent);
  if (value !== '') return value;
  const below = linesBelow(lines, at, indent).filter((line) => indentOf(line) > indent && !isBlank(line));
  return below.map((line) => withoutLineComment(line).trim()).join('\n');
}

// An action that is not indented so deep writes further entries, unless nothing else could be the text.
function blockText(below: readonly string[], indent: number): string {
  const own = below.filter((line) => indentOf(line) > indent || isIndenting(line, indent));
  const filled = own.some((line) => line.trim() !== '' && !isControlLine(line)) ? own : below;
  return filled.filter((line) => line.trim() !== '').join('\n').trim();
}

function isIndenting(line: string, indent: number): boolean {
  if (!isAction(line)) return false;
  const deep = /\bn?indent\s+(?:\(?\s*int\s+)?(\d+)/.exec(line)?.[1];
  return deep !== undefined && Number(deep) > indent;
}

function isControlLine(line: string): boolean {
  return isAction(line) && templateParts(line).every(({ kind, text }) => kind !== 'action' || isControl(text));
}

// A comment ends no mapping, wherever it stands; `#` deeper than the mapping is looked at where it matters.
function isComment(line: string, indent: number): boolean {
  return indentOf(line) <= indent && /^\s*#/.test(line);
}
