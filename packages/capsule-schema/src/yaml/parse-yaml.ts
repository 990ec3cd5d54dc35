import { type Document, isAlias, isMap, isNode, isScalar, parseAllDocuments, visit, type YAMLMap } from 'yaml';
import { SchemaError } from '../errors.ts';
import { quote } from '../quote.ts';
import { decodeUtf8 } from '../utf8.ts';
import { countParseWork } from './parse-work.ts';

// YAML 1.2, section 5.1: no stream holds one, not even in quotes; readers differ on what they make of NUL.
const control = /[\u0000-\u0008\u000B\u000C\u000E-\u001F]/;

/** How {@link parseYaml} names its input in errors, and how much of it it reads. */
export interface ParseYamlOptions {
  /** What the bytes are, for people: "release.yaml". */
  readonly what: string;
  readonly maxBytes: number;
  /** Bound of {@link countParseWork}. */
  readonly maxWork?: number | undefined;
}

const defaultMaxWork = 100_000; // a policy of the most signers has a tenth of it; half a second at worst

/**
 * Parses one YAML 1.2 document that every YAML reader understands alike: JSON's data model, no duplicate or
 * merge keys, no anchors, aliases, tags or directives, no second document. JSON is such a document.
 * @throws {SchemaError} `YAML_TOO_LARGE`, `YAML_INVALID`.
 */
export function parseYaml(bytes: Uint8Array, options: ParseYamlOptions): unknown {
  if (bytes.byteLength > options.maxBytes) {
    throw new SchemaError('YAML_TOO_LARGE', `${options.what} is larger than ${options.maxBytes} bytes`);
  }
  const text = decode(bytes, options.what);
  if (control.test(text)) throw invalid(options.what, 'it holds a control character');
  countParseWork(text, { what: options.what, maxWork: options.maxWork ?? defaultMaxWork });
  return parseText(text, options.what);
}

function decode(bytes: Uint8Array, what: string): string {
  try {
    return decodeUtf8(bytes);
  } catch (cause) {
    throw new SchemaError('YAML_INVALID', `${what} is not valid UTF-8`, { cause });
  }
}

function parseText(text: string, what: string): unknown {
  try {
    const documents = parseAllDocuments(text, {
      version: '1.2',
      schema: 'core',
      strict: true,
      uniqueKeys: false, // refuseAmbiguity looks at them, in linear time
      stringKeys: true,
      logLevel: 'silent',
    });
    if (!Array.isArray(documents) || documents.length === 0) throw invalid(what, 'it is empty');
    const [document] = documents;
    if (document === undefined || documents.length > 1) throw invalid(what, 'it holds more than one document');
    const [problem] = [...document.errors, ...document.warnings];
    if (problem !== undefined) throw invalid(what, firstLine(problem.message), problem);
    if (hasDirective(document)) throw invalid(what, 'it holds a directive');
    refuseAmbiguity(document.contents, what);
    return document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    if (error instanceof SchemaError) throw error;
    // Deep nesting exhausts the parser's stack: bounded by the size of the text, and refused like any other defect.
    throw invalid(what, error instanceof Error ? firstLine(error.message) : 'it cannot be read', error);
  }
}

function hasDirective({ directives }: Document): boolean {
  if (directives === undefined) return false;
  const handles = Object.keys(directives.tags).length;
  return directives.yaml.explicit === true || handles > 1 || directives.tags['!!'] !== 'tag:yaml.org,2002:';
}

function refuseAmbiguity(contents: unknown, what: string): void {
  if (!isNode(contents)) throw invalid(what, 'it is empty');
  visit(contents, {
    Node(_key, node) {
      if (isAlias(node)) throw invalid(what, 'it holds an alias');
      if (node.anchor !== undefined) throw invalid(what, 'it holds an anchor');
      if (node.tag !== undefined) throw invalid(what, 'it holds a tag');
      if (isMap(node)) refuseAmbiguousKeys(node, what);
    },
  });
}

function refuseAmbiguousKeys(map: YAMLMap, what: string): void {
  const seen = new Set<unknown>();
  for (const { key } of map.items) {
    const name = isScalar(key) ? key.value : key;
    if (seen.has(name)) throw invalid(what, `it holds the key ${quote(String(name))} twice`);
    if (name === '<<' && isScalar(key) && key.type === 'PLAIN') throw invalid(what, 'it holds a merge key');
    seen.add(name);
  }
}

function invalid(what: string, why: string, cause?: unknown): SchemaError {
  return new SchemaError('YAML_INVALID', `${what} cannot be read: ${why}`, { cause });
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0]?.replace(/:$/, '') ?? message;
}
