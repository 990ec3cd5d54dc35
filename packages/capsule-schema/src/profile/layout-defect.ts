import { type Document, isAlias, isMap, isNode, isScalar, isSeq, type Node, type Scalar, type YAMLMap, type YAMLSeq } from 'yaml';
import { maxYamlDepth } from '../yaml/parse-work.ts';

/**
 * Tells where a document is laid out so that two readers may differ on what is text and what is structure, or undefined.
 *
 * The library and Go's differ on escaped line breaks, and on comments that stand left of what they are in. So structure is
 * held to columns: every scalar begins on the line of its key or dash; a quoted one ends there; each further line of a
 * plain or block scalar stands right of the key or dash; the keys of a mapping stand in one column, right of the key that
 * holds them, and the dashes of a list do. In braces, each key has a value.
 * Source: docs/format.md, "YAML"; YAML 1.2.2, chapter 6; go-yaml v2 and v3, scannerc.go.
 */
export function layoutDefect(document: Document, text: string): string | undefined {
  return new Layout(text).node(document.contents, { column: -1, start: 0, isFlow: false, depth: 0 });
}

/** What a node stands in. */
interface Holder {
  /** Of the key or dash; -1 for the document. */
  readonly column: number;
  /** Where the key or the dash begins. */
  readonly start: number;
  readonly isFlow: boolean;
  readonly depth: number;
}

const onOneLine = 'a text in quotes should end on the line on which it begins: use a block text (|), or one line';
const onItsLine = 'a value should begin on the line of its key or "-"';
const rightOf = 'each further line of a text should stand right of its key or "-"';
const inColumn = 'the keys of a mapping, and the "-" of a list, should stand in one column, right of the key above';
const withValue = 'a key in braces should be followed by ": " and a value';
const unclosed = 'a text in quotes should end with a quote that is not escaped';
const withoutIndicator = 'a block text should not say its indentation, as |2 does: write it in quotes';

const longestHeader = 3;
const closed = /^(?:"[^"\\]*(?:\\[^][^"\\]*)*"|'[^']*(?:''[^']*)*')$/;

class Layout {
  readonly #text: string;
  readonly #lines: readonly number[];

  constructor(text: string) {
    this.#text = text;
    this.#lines = lineStarts(text);
  }

  node(node: unknown, holder: Holder): string | undefined {
    if (!isNode(node) || node.range === null || node.range === undefined) return undefined;
    if (holder.depth > maxYamlDepth) return `it should be nested no deeper than ${maxYamlDepth}`;
    if (isAlias(node) || isScalar(node)) return this.#scalar(node, holder);
    if (isMap(node)) return this.#mapping(node, holder);
    return isSeq(node) ? this.#list(node, holder) : undefined;
  }

  #scalar(node: Node, holder: Holder): string | undefined {
    const [start = 0, end = 0] = node.range ?? [];
    const isEmpty = start === end;
    if (isEmpty) return undefined;
    if (isQuoted(node) && !this.#isClosed(node)) return unclosed;
    if (this.#hasIndicator(node)) return withoutIndicator;
    const firstLine = this.#line(start);
    if (holder.column >= 0 && this.#line(holder.start) !== firstLine && !holder.isFlow) return onItsLine;
    const lastLine = this.#line(end - 1);
    if (lastLine === firstLine) return undefined;
    if (holder.isFlow || isQuoted(node)) return onOneLine;
    for (let line = firstLine + 1; line <= lastLine; line += 1) {
      const indentation = this.#indentation(line);
      if (indentation !== undefined && indentation <= holder.column) return rightOf;
    }
    return undefined;
  }

  #mapping(node: YAMLMap, holder: Holder): string | undefined {
    const isFlow = holder.isFlow || node.flow === true;
    let column: number | undefined;
    for (const { key, value } of node.items) {
      if (!isScalar(key) || key.range === null || key.range === undefined) continue; // refused for what it is
      const [start, end] = key.range;
      if (start !== end && this.#line(start) !== this.#line(end - 1)) return onOneLine;
      if (isQuoted(key) && !this.#isClosed(key)) return unclosed;
      if (isFlow && isLeftOut(value)) return withValue;
      const at = this.#column(start);
      if (!isFlow && (at <= holder.column || (column !== undefined && at !== column))) return inColumn;
      column = at;
      const defect = this.node(value, { column: at, start, isFlow, depth: holder.depth + 1 });
      if (defect !== undefined) return defect;
    }
    return undefined;
  }

  #list(node: YAMLSeq, holder: Holder): string | undefined {
    const isFlow = holder.isFlow || node.flow === true;
    let column: number | undefined;
    for (const item of node.items) {
      if (!isNode(item) || item.range === null || item.range === undefined) continue;
      const dash = isFlow ? holder.start : this.#dashBefore(item);
      const at = isFlow ? holder.column : this.#column(dash);
      // A list may stand as far left as the key that holds it.
      if (!isFlow && (at < holder.column || (column !== undefined && at !== column))) return inColumn;
      column = at;
      const defect = this.node(item, { column: at, start: dash, isFlow, depth: holder.depth + 1 });
      if (defect !== undefined) return defect;
    }
    return undefined;
  }

  /** The dash of a list's entry. Only blanks, comments, anchors and other dashes stand between them. */
  #dashBefore(item: Node): number {
    let end = item.range?.[0] ?? 0;
    for (let line = this.#line(end); line >= 0; line -= 1) {
      const start = this.#lines[line] ?? 0;
      const before = this.#text.slice(start, end).trimEnd();
      const dashes = /^ *(?:- +)*-(?= *$| +(?:&\S+ *)?(?:#.*)?$)/.exec(before);
      if (dashes !== null) return start + dashes[0].length - 1;
      if (!/^ *(?:&\S+ *)?(?:#.*)?$/.test(before)) return start;
      end = start;
    }
    return 0;
  }

  // The library ends a text in quotes before a line that stands too far left, whatever character comes last.
  #isClosed(node: Node): boolean {
    const [start, end] = node.range ?? [];
    return closed.test(this.#text.slice(start, end));
  }

  #hasIndicator(node: Node): boolean {
    const [start = 0] = node.range ?? [];
    const isBlock = (node as Scalar).type?.startsWith('BLOCK') === true;
    return isBlock && /^[|>][-+]?[0-9]/.test(this.#text.slice(start, start + longestHeader));
  }

  #indentation(line: number): number | undefined {
    const start = this.#lines[line] ?? 0;
    let at = start;
    while (this.#text[at] === ' ') at += 1;
    const isBlank = at >= this.#text.length || this.#text[at] === '\n' || this.#text[at] === '\r';
    return isBlank ? undefined : at - start;
  }

  #column(offset: number): number {
    return offset - (this.#lines[this.#line(offset)] ?? 0);
  }

  #line(offset: number): number {
    let low = 0;
    let high = this.#lines.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#lines[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function isLeftOut(value: unknown): boolean {
  return !isNode(value) || value.range?.[0] === value.range?.[1];
}

function isQuoted(node: Node): boolean {
  const { type } = node as Scalar;
  return type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE';
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
