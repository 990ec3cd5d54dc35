import { Composer, CST, type Document, Lexer, LineCounter, Parser } from 'yaml';
import { SchemaError } from '../errors.ts';

const maxTextBytes = 64 * 1024 * 1024; // the outer bound of what a renderer may print
// Four times the largest known stream, with all its CRDs; each costs the parser two microseconds, so that it ends in seconds.
const maxLexemes = 2_000_000;
const maxDirectives = 100;

/** How deep a rendered document may be nested: the deepest Kubernetes object has about 40 levels. */
export const maxRenderedDepth = 200;

const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/; // YAML 1.2, section 5.1
// Line ends of YAML 1.1, and the byte order mark, which go-yaml passes over at the start of any line.
const readTwoWays = /\r(?!\n)|[\u0085\u2028\u2029\ufeff]/;

// Every scalar keeps its spelling; the library's check of unique keys takes time in the square of a mapping's size.
const options = { version: '1.2', schema: 'failsafe', uniqueKeys: false, prettyErrors: false, logLevel: 'silent' } as const;

/**
 * Checks in linear time that a rendered stream can be parsed within bounds, and returns how many words and signs it has.
 * @throws {SchemaError} `YAML_TOO_LARGE`, `YAML_INVALID`.
 */
export function assertRenderedYaml(text: string, what: string): number {
  if (text.length > maxTextBytes || Buffer.byteLength(text) > maxTextBytes) {
    throw new SchemaError('YAML_TOO_LARGE', `${what} has more than ${maxTextBytes} bytes`);
  }
  if (control.test(text)) throw invalidYaml(what, 'it holds a control character');
  const check = new LexemeCheck(what, readTwoWays.test(text));
  for (const lexeme of new Lexer().lex(text)) check.take(lexeme);
  return check.count;
}

/**
 * Parses a rendered stream document by document. Scalars are texts as they are spelled; documents that are empty come too.
 * @throws {SchemaError} `YAML_INVALID`.
 */
export function* renderedDocuments(text: string, what: string): Generator<Document.Parsed> {
  const lines = new LineCounter();
  const composer = new Composer(options);
  const at = (offset: number, why: string): SchemaError => invalidYaml(`${what}, line ${lines.linePos(offset).line},`, why);
  try {
    for (const token of new Parser(lines.addNewLine).parse(text)) {
      if (token.type === 'error') throw at(token.offset, token.message);
      for (const document of composer.next(token)) yield checked(document, at);
    }
    for (const document of composer.end(false, text.length)) yield checked(document, at);
  } catch (cause) {
    // Nesting deep enough to exhaust the stack arrives here.
    if (cause instanceof RangeError) throw invalidYaml(what, 'it is nested too deeply', cause);
    throw cause;
  }
}

/** Makes the error for a text that cannot be read as YAML. */
export function invalidYaml(what: string, why: string, cause?: unknown): SchemaError {
  return new SchemaError('YAML_INVALID', `${what} cannot be read: ${why}`, { cause });
}

function checked(document: Document.Parsed, at: (offset: number, why: string) => SchemaError): Document.Parsed {
  const [problem] = document.errors;
  if (problem !== undefined) throw at(problem.pos[0], problem.message);
  return document;
}

type Lexeme = ReturnType<typeof CST.tokenType>;

/** Refuses, before it is parsed, what would take the parser seconds, and what a YAML 1.1 reader understands differently. */
class LexemeCheck {
  readonly #what: string;
  readonly #readTwoWays: boolean;
  count = 0;
  #directives = 0;
  #flowDepth = 0;
  #depthInLine = 0;
  #afterScalarMark = false;
  /** The last on the line that was not a space. */
  #last: Lexeme = null;

  constructor(what: string, mayReadTwoWays: boolean) {
    this.#what = what;
    this.#readTwoWays = mayReadTwoWays;
  }

  take(lexeme: string): void {
    this.count += 1;
    if (this.count > maxLexemes) throw new SchemaError('YAML_TOO_LARGE', `${this.#what} has more than ${maxLexemes} words and signs`);
    const type = this.#afterScalarMark ? 'scalar' : CST.tokenType(lexeme);
    this.#afterScalarMark = lexeme === CST.SCALAR && !this.#afterScalarMark;
    if (this.#afterScalarMark || type === 'space') return;
    if (type === 'directive-line') this.#countDirective();
    this.#countDepth(type);
    if (this.#readTwoWays) this.#refuseTwoReadings(type, lexeme);
    if (isUnclosed(type, lexeme)) throw invalidYaml(this.#what, 'a quotation mark is missing');
    if (isCrowded(this.#last, type)) throw invalidYaml(this.#what, 'two values stand side by side');
    this.#last = type;
  }

  #countDepth(type: Lexeme): void {
    if (type === 'flow-map-start' || type === 'flow-seq-start') this.#flowDepth += 1;
    else if (type === 'flow-map-end' || type === 'flow-seq-end') this.#flowDepth -= 1;
    else if (type === 'newline' || type === 'doc-start') this.#depthInLine = 0;
    else if (this.#flowDepth === 0 && (type === 'seq-item-ind' || type === 'explicit-key-ind')) this.#depthInLine += 1;
    if (Math.max(this.#flowDepth, this.#depthInLine) > maxRenderedDepth)
      throw invalidYaml(this.#what, `it is nested deeper than ${maxRenderedDepth}`);
  }

  #countDirective(): void {
    this.#directives += 1;
    if (this.#directives > maxDirectives) throw invalidYaml(this.#what, `it has more than ${maxDirectives} directives`);
  }

  // YAML 1.1 readers (Go's) end a line, and with it a comment, at some of these; YAML 1.2 readers do not: an image could hide
  // behind a "#" from one of them. Inside quotes they hide nothing.
  #refuseTwoReadings(type: Lexeme, lexeme: string): void {
    const harmless = type === 'double-quoted-scalar' || type === 'single-quoted-scalar' || type === 'byte-order-mark';
    if (harmless || !readTwoWays.test(lexeme)) return;
    throw invalidYaml(this.#what, 'it ends a line with other than LF or CRLF, or has a byte order mark inside');
  }
}

// The parser would find these errors itself, but a text full of them takes it many times longer.
function isUnclosed(type: Lexeme, lexeme: string): boolean {
  const isQuoted = type === 'double-quoted-scalar' || type === 'single-quoted-scalar';
  return isQuoted && (lexeme.length < 2 || lexeme.at(-1) !== lexeme[0]);
}

function isCrowded(last: Lexeme, next: Lexeme): boolean {
  if (next === 'anchor' || next === 'tag') return last === next || isQuotedOrAlias(last);
  return isQuotedOrAlias(last) && (next === 'scalar' || isQuotedOrAlias(next));
}

function isQuotedOrAlias(type: Lexeme): boolean {
  return type === 'alias' || type === 'double-quoted-scalar' || type === 'single-quoted-scalar';
}
