import { argoLabel, kargoLabel, type SecretContext, vaultPathAnnotation } from './secret-context.ts';
import { columnOf, indentOf, isAction, isBlank, linesBelow, withoutLineComment } from './template-lines.ts';
import { withoutQuotes } from './without-quotes.ts';

/** What the lines around a Secret's data say of it. */
export interface ObjectAround {
  readonly name: string;
  readonly context: SecretContext;
  /** Whether each kind that stands there is plainly another one. */
  readonly isOtherKind: boolean;
  /** Whether a shell fills it in: it stands in a document that a script is given. */
  readonly isScript: boolean;
}

const otherKind = /^(?!(?:Secret|SecretGenerator|List)$)[A-Za-z]+$/;

/** Reads the mappings around lines, by their columns; each once, however many lines of it are asked about. */
export class ObjectsAround {
  readonly #lines: readonly string[];
  readonly #last = new Map<number, { readonly start: number; readonly end: number; readonly object: ObjectAround }>();

  constructor(lines: readonly string[]) {
    this.#lines = lines;
  }

  /** Reads the mapping that holds the line at `index`. */
  at(index: number): ObjectAround {
    const column = columnOf(this.#lines[index] ?? '');
    const last = this.#last.get(column);
    if (last !== undefined && last.start <= index && index < last.end) return last.object;
    const [start, end] = mappingAround(this.#lines, index, column);
    const object = readObject(this.#lines.slice(start, end), column);
    this.#last.set(column, { start, end, object });
    return object;
  }
}

function readObject(own: readonly string[], column: number): ObjectAround {
  const kinds = textsOf(own, 'kind', column);
  const metadata = below(own, 'metadata', column);
  const inner = innerColumn(metadata);
  const labels = below(metadata, 'labels', inner);
  const annotations = below(metadata, 'annotations', inner);
  return {
    name: textsOf(metadata, 'name', inner)[0] ?? textsOf(metadata, 'generateName', inner)[0] ?? flowName(own, column),
    context: {
      type: textsOf(own, 'type', column)[0] ?? '',
      argoType: only(textsOf(labels, argoLabel, innerColumn(labels))),
      kargoType: only(textsOf(labels, kargoLabel, innerColumn(labels))),
      hasVaultPath: textsOf(annotations, vaultPathAnnotation, innerColumn(annotations)).length > 0,
    },
    isOtherKind: kinds.length > 0 && kinds.every((kind) => otherKind.test(kind)),
    isScript: column > 0 && own.some((line) => /<<-?\s*\w+/.test(line)),
  };
}

function mappingAround(lines: readonly string[], index: number, column: number): readonly [start: number, end: number] {
  let start = index;
  while (start > 0 && !beginsItem(lines[start] ?? '', column) && belongs(lines[start - 1] ?? '', column)) start -= 1;
  let end = index + 1;
  while (end < lines.length && belongs(lines[end] ?? '', column) && !beginsItem(lines[end] ?? '', column)) end += 1;
  return [start, end];
}

function belongs(line: string, column: number): boolean {
  return isBlank(line) || isAction(line) || columnOf(line) >= column;
}

// `- kind: Secret`: the item begins left of its keys.
function beginsItem(line: string, column: number): boolean {
  return columnOf(line) === column && indentOf(line) < column;
}

/** The plain texts of a key at a column, without quotes; templates as they stand there. */
function textsOf(lines: readonly string[], key: string, column: number): readonly string[] {
  return lines.flatMap((line, at) => {
    const rest = restOf(line, key, column);
    if (rest === undefined) return [];
    const value = withoutLineComment(rest).trim() || (lines[at + 1] ?? '').trim();
    return [withoutQuotes(value).replace(/^(?:[&!]\S*\s+)+/, '')];
  });
}

function restOf(line: string, key: string, column: number): string | undefined {
  if (columnOf(line) !== column || isBlank(line)) return undefined;
  const text = line.slice(column);
  const spelt = [key, `"${key}"`, `'${key}'`].find((each) => text.startsWith(each) && /^\s*:(?:\s|$)/.test(text.slice(each.length)));
  return spelt === undefined ? undefined : text.slice(spelt.length).replace(/^\s*:/, '');
}

function below(lines: readonly string[], key: string, column: number): readonly string[] {
  const at = lines.findIndex((line) => restOf(line, key, column) !== undefined);
  return at === -1 ? [] : linesBelow(lines, at, column);
}

function innerColumn(lines: readonly string[]): number {
  const first = lines.find((line) => !isBlank(line) && !isAction(line));
  return first === undefined ? 0 : columnOf(first);
}

function flowName(lines: readonly string[], column: number): string {
  const rest = lines.map((line) => restOf(line, 'metadata', column)).find((each) => each !== undefined);
  return /^\s*\{.*?["']?name["']?\s*:\s*["']?([^,"'}]+)/.exec(rest ?? '')?.[1]?.trim() ?? '';
}

// Two of them, in two branches, say nothing for certain.
function only(texts: readonly string[]): string {
  return texts.length === 1 ? (texts[0] ?? '') : '';
}
