import { type Document, isCollection, isPair, isScalar, parseAllDocuments } from 'yaml';
import { SchemaError } from '../errors.ts';

const lineBreaksOfSome = /\r(?!\n)|[\u0085\u2028\u2029]/u;
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufeff]/u;
const markWithContent = /^(?:---[ \t]+[^\s#]|---[^\s]|\.\.\.)/m;

/** Says why readers of YAML disagree on where a line of the text ends; undefined if they agree. */
export function lineBreakDefect(text: string): string | undefined {
  // YAML 1.1 readers, Go's among them, end a line and with it a comment at these. YAML 1.2 readers do not.
  return lineBreaksOfSome.test(text) ? 'it ends a line with a character other than LF or CRLF' : undefined;
}

/**
 * Parses a stream of YAML in the form that every reader takes alike: UTF-8, LF or CRLF, no directive, no content on the
 * line of a document mark. Documents that hold nothing are left out, but for the first.
 * Source: docs/format.md, "YAML".
 * @param what names the text in messages.
 * @throws {SchemaError} `YAML_INVALID`.
 */
export function readYamlDocuments(text: string, what: string): readonly Document.Parsed[] {
  const defect = lineBreakDefect(text) ?? streamDefect(text);
  if (defect !== undefined) throw invalid(what, defect);
  const documents = compose(text, what);
  const last = documents.at(-1);
  if (last !== undefined && !text.endsWith('\n')) dropAddedBreak(last, text, what);
  return documents.filter((document, index) => index === 0 || !isEmpty(document));
}

/**
 * Decodes a text file, without the byte order mark that it may begin with.
 * @throws {SchemaError} `YAML_INVALID`.
 */
export function decode(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw invalid(what, 'it is not UTF-8', cause);
  }
}

// The library ends a block text with a line break also where the file ends without one. Go does not.
function dropAddedBreak(document: Document, text: string, what: string): void {
  const node = lastNode(document);
  const end = text.trimEnd().length;
  const isAtEnd = isScalar(node) && node.type?.startsWith('BLOCK') === true && (node.range?.[1] ?? 0) >= end;
  if (!isAtEnd || typeof node.value !== 'string') return;
  if (end < text.length) throw invalid(what, 'it ends with blanks in a block text: delete them');
  node.value = node.value.replace(/\n$/, '');
}

function lastNode({ contents }: Document): unknown {
  let node: unknown = contents;
  while (isCollection(node)) {
    const item: unknown = node.items.at(-1);
    node = isPair(item) ? item.value : item;
  }
  return node;
}

function isEmpty({ contents }: Document): boolean {
  return contents === null || (isScalar(contents) && contents.value === null && contents.source === '');
}

function streamDefect(text: string): string | undefined {
  if (controls.test(text)) return 'it holds control characters';
  if (/^%/m.test(text)) return 'it has a directive, a line that begins with %';
  return markWithContent.test(text) ? 'it has more than --- on the line of a document mark' : undefined;
}

function compose(text: string, what: string): readonly Document.Parsed[] {
  const documents = parse(text, what);
  for (const { errors, warnings } of documents) {
    const problem = errors[0] ?? warnings[0];
    if (problem !== undefined) throw invalid(what, problem.message, problem);
  }
  return documents;
}

function parse(text: string, what: string): readonly Document.Parsed[] {
  try {
    // The library's own check of unique keys takes time in the square of a mapping's size.
    const documents = parseAllDocuments(text, { uniqueKeys: false, prettyErrors: false, logLevel: 'silent' });
    return Array.isArray(documents) ? documents : [];
  } catch (cause) {
    throw invalid(what, 'it cannot be parsed', cause); // nested so deep that the stack is exhausted
  }
}

function invalid(what: string, problem: string, cause?: unknown): SchemaError {
  return new SchemaError('YAML_INVALID', `${what} cannot be judged: ${problem}`, { cause });
}
