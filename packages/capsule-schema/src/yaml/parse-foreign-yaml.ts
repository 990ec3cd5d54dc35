import { type Document, isAlias, isMap, isScalar, isSeq, parseAllDocuments, type Scalar, type YAMLMap } from 'yaml';
import { SchemaError } from '../errors.ts';
import { quote } from '../quote.ts';

/** A mapping of a foreign document: its keys as text, in order. */
export type ForeignMapping = ReadonlyMap<string, unknown>;

/** What a foreign document is called in messages, and how large it may be. */
export interface ForeignYamlOptions {
  /** Names the text in messages: `the kustomization "base/kustomization.yaml"`. */
  readonly what: string;
  readonly maxBytes: number;
}

const maxAliases = 100; // a kustomization with anchors has a handful; each one here can name a whole list
const maxDepth = 64; // the deepest Kubernetes object, a CRD's schema, has about 40
const maxDocuments = 2000; // an install manifest has about a hundred

/**
 * Parses a stream of YAML documents that was written for another tool, as strictly as two parsers can be trusted to
 * agree.
 *
 * Anchors and aliases are taken, tags, directives, merge keys and duplicate keys are not. Mappings become Maps; an
 * alias shares the value of its anchor, so that nothing is ever expanded.
 * @throws {SchemaError} `YAML_INVALID`, `YAML_TOO_LARGE`.
 */
export function parseForeignYamlDocuments(bytes: Uint8Array, options: ForeignYamlOptions): readonly unknown[] {
  if (bytes.byteLength > options.maxBytes) {
    throw new SchemaError(
      'YAML_TOO_LARGE',
      `${options.what} has ${bytes.byteLength} bytes, more than the ${options.maxBytes} that are read`,
    );
  }
  const text = decodeText(bytes, options.what);
  assertPlainStream(text, options.what);
  const documents = composeDocuments(text, options.what);
  return documents.map((document) => documentValue(document, options.what));
}

/** Tells whether a value of {@link parseForeignYamlDocuments} is a mapping. */
export function isForeignMapping(value: unknown): value is ForeignMapping {
  return value instanceof Map;
}

function decodeText(bytes: Uint8Array, what: string): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw invalid(what, 'it is not UTF-8', cause);
  }
  // YAML 1.1 readers (Go's) end a line, and with it a comment, at these; YAML 1.2 readers do not: a reference could
  // hide behind a "#" from one of them.
  if (/\r(?!\n)|[\u0085\u2028\u2029]/u.test(text)) throw invalid(what, 'it ends lines with other than LF or CRLF');
  const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufeff]/u;
  if (control.test(text)) throw invalid(what, 'it holds control characters');
  return text;
}

// Before the library sees it: it takes seconds for a text of directives or of empty documents.
function assertPlainStream(text: string, what: string): void {
  if (/^%/m.test(text)) throw invalid(what, 'it has a directive (a line that begins with %)');
  let documents = 0;
  for (const _ of text.matchAll(/^(?:---|\.\.\.)/gm)) documents += 1;
  if (documents > maxDocuments) throw invalid(what, `it holds more than ${maxDocuments} documents`);
}

function composeDocuments(text: string, what: string): readonly Document.Parsed[] {
  try {
    // The library's own check of unique keys takes time in the square of a mapping's size; ours is below.
    const documents = parseAllDocuments(text, { uniqueKeys: false, prettyErrors: false, logLevel: 'silent' });
    return Array.isArray(documents) ? documents : [];
  } catch (cause) {
    // Nesting deep enough to exhaust the stack arrives here as a RangeError.
    throw invalid(what, 'it cannot be parsed', cause);
  }
}

function documentValue(document: Document.Parsed, what: string): unknown {
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem !== undefined) throw invalid(what, problem.message, problem);
  return new Conversion(what).value(document.contents, 0);
}

class Conversion {
  readonly #what: string;
  readonly #anchors = new Map<string, unknown>();
  #aliases = 0;

  constructor(what: string) {
    this.#what = what;
  }

  value(node: unknown, depth: number): unknown {
    if (depth > maxDepth) throw invalid(this.#what, `it is nested deeper than ${maxDepth}`);
    if (node === null || node === undefined) return null;
    if (isAlias(node)) return this.#aliased(node.source);
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) throw invalid(this.#what, 'it holds an unknown node');
    // A tag can turn text into other text: Go's YAML decodes !!binary.
    if (node.tag !== undefined) throw invalid(this.#what, `it uses the tag ${quote(node.tag)}`);
    const value = this.#untagged(node, depth);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, value);
    return value;
  }

  #untagged(node: Scalar | YAMLMap | { readonly items: readonly unknown[] }, depth: number): unknown {
    if (isScalar(node)) return node.value;
    if (isMap(node)) return this.#mapping(node, depth);
    return node.items.map((item) => this.value(item, depth + 1));
  }

  #mapping(node: YAMLMap, depth: number): ForeignMapping {
    const mapping = new Map<string, unknown>();
    for (const pair of node.items) {
      const key = this.#key(pair.key);
      if (mapping.has(key)) throw invalid(this.#what, `it has the key ${quote(key)} twice in one mapping`);
      mapping.set(key, this.value(pair.value, depth + 1));
    }
    return mapping;
  }

  #key(node: unknown): string {
    const plain = isScalar(node) && node.tag === undefined && node.anchor === undefined;
    if (!plain || node.value === null || typeof node.value === 'symbol') {
      throw invalid(this.#what, 'it has a key that is not plain text');
    }
    const key = typeof node.value === 'string' ? node.value : (node.source ?? '');
    if (key === '<<') throw invalid(this.#what, 'it uses a merge key (<<)');
    return key;
  }

  #aliased(name: string): unknown {
    this.#aliases += 1;
    if (this.#aliases > maxAliases) throw invalid(this.#what, `it has more than ${maxAliases} aliases`);
    // An anchor is known once its node is complete: an alias to what encloses it would never end.
    if (!this.#anchors.has(name)) throw invalid(this.#what, `its alias *${name} has no complete anchor before it`);
    return this.#anchors.get(name);
  }
}

function invalid(what: string, problem: string, cause?: unknown): SchemaError {
  return new SchemaError('YAML_INVALID', `${what} cannot be judged: ${problem}`, {
    hint: 'Write it as one plain YAML mapping, in UTF-8, with LF line ends.',
    cause,
  });
}
