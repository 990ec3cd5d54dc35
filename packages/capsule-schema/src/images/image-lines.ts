import { parseImageText } from './image-text.ts';

/** A name that stands in a text, and its tag if it has one. */
export interface ShownName {
  readonly name: string;
  readonly tag?: string | undefined;
  readonly digest?: string | undefined;
}

const keyWord = /image|reference/gi;
// A key that ends in "image", in YAML or JSON; `reference` is the field of an image volume.
const keyPattern = /(?:(image)|(?<![\w-])reference)["']?[ \t]*:(?=[\s"'{]|$)/gi;
const volumeReach = 300; // characters from the key of an image volume to its reference: a pull policy, a comment
// YAML scalars that are not text.
const notText = /^(?:true|false|yes|no|on|off|null|~|[-+]?[0-9][0-9_.]*)$/i;

/**
 * Finds the names of images in a text by its keys alone, without parsing it: YAML in block and flow style, JSON, and
 * the templates of either. The time it takes is linear in the length of the text.
 *
 * A value that is entirely a template shows no name. If only its tag is one, the name is shown.
 */
export function* imagesInLines(text: string): Generator<ShownName> {
  const scan = new LineScan();
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    yield* scan.line(text.slice(start, text[end - 1] === '\r' ? end - 1 : end), start);
    start = scan.waits ? end + 1 : nextLineWithKey(text, end + 1);
  }
}

/** Where the next line that may hold a key begins, at `from` or after it. */
function nextLineWithKey(text: string, from: number): number {
  keyWord.lastIndex = from;
  const found = keyWord.exec(text);
  return found === null ? text.length : Math.max(from, text.lastIndexOf('\n', found.index) + 1);
}

class LineScan {
  /** The indentation of a key whose value is on the next line. */
  #waiting: number | undefined;
  /** The end of the text in which the reference of an image volume may stand. */
  #volumeEnd = 0;

  get waits(): boolean {
    return this.#waiting !== undefined;
  }

  *line(line: string, offset: number): Generator<ShownName> {
    const indentation = line.length - line.trimStart().length;
    // A value may come after blank lines and comments.
    if (this.waits && (indentation === line.length || line[indentation] === '#')) return;
    const below = this.#waiting !== undefined && indentation > this.#waiting && indentation < line.length;
    this.#waiting = undefined;
    if (line[indentation] === '#') return;
    if (below) yield* nameOf(readValue(line, indentation).text);
    yield* this.#keys(line, indentation, offset);
  }

  *#keys(line: string, indentation: number, offset: number): Generator<ShownName> {
    const comment = commentStart(line);
    keyPattern.lastIndex = 0;
    for (let key = keyPattern.exec(line); key !== null && key.index < comment; key = keyPattern.exec(line)) {
      const isReference = key[1] === undefined;
      const value = readValue(line, keyPattern.lastIndex);
      keyPattern.lastIndex = value.end;
      if (isReference && offset + key.index > this.#volumeEnd) continue;
      if (value.opens && !isReference) this.#volumeEnd = offset + value.end + volumeReach;
      if (value.waits) this.#waiting = indentation;
      yield* nameOf(value.text);
    }
  }
}

interface LineValue {
  readonly text: string;
  /** Where the scan goes on. */
  readonly end: number;
  /** Whether the value may be on the next line. */
  readonly waits: boolean;
  /** Whether a mapping may follow. */
  readonly opens: boolean;
}

const properties = /[ \t]*(?:[&!][^\s"'{]*[ \t]+)*/y; // anchors and tags
const doubleQuoted = /"((?:[^"\\]|\\.){0,2048})"/y;
const singleQuoted = /'([^']{0,2048})'/y;
const plain = /[^\s,\]}"']+/y;
const blockHeader = /[|>][-+0-9]*[ \t]*(?:#.*)?$/y;
const rest = /[ \t]*(?:$|[,}\]]|[ \t]#)/y; // what may follow a value

function readValue(line: string, from: number): LineValue {
  const start = from + (matchAt(properties, line, from)?.[0].length ?? 0);
  if (start >= line.length || line[start] === '#' || matchAt(blockHeader, line, start) !== undefined) {
    return { text: '', end: line.length, waits: true, opens: true };
  }
  if (line[start] === '{') return { text: '', end: start + 1, waits: false, opens: line[start + 1] !== '{' };
  const quoted = matchAt(doubleQuoted, line, start) ?? matchAt(singleQuoted, line, start);
  const found = quoted ?? matchAt(plain, line, start);
  if (found === undefined) return { text: '', end: start + 1, waits: false, opens: false };
  const end = start + found[0].length;
  const whole = quoted !== undefined || isWhole(found[0], line, end);
  return { text: whole ? textOf(found, line[start]) : '', end, waits: false, opens: false };
}

/** Tells whether a plain scalar ends here, or goes on with a template in the place of its tag. */
function isWhole(text: string, line: string, end: number): boolean {
  return matchAt(rest, line, end) !== undefined || text.includes(':{{') || text.includes('@{{');
}

function textOf(found: RegExpExecArray, quotation: string | undefined): string {
  if (quotation === '"') return found[1]?.replaceAll('\\/', '/') ?? '';
  if (quotation === "'") return found[1] ?? '';
  return notText.test(found[0]) ? '' : found[0];
}

function matchAt(pattern: RegExp, line: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(line) ?? undefined;
}

function* nameOf(text: string): Generator<ShownName> {
  const template = text.search(/[:@]\{\{/);
  const image = parseImageText(template === -1 ? text : text.slice(0, template));
  if (image !== undefined) yield image;
}

/** Where a comment begins in a line; a `#` inside quotes does not begin one. */
function commentStart(line: string): number {
  const hash = line.search(/[ \t]#/);
  if (hash === -1) return line.length;
  const before = line.slice(0, hash);
  return [`"`, `'`].some((quotation) => before.split(quotation).length % 2 === 0) ? line.length : hash;
}
