import { isAlias, isMap, isScalar, isSeq, type YAMLMap } from 'yaml';
import { SchemaError } from '../errors.ts';
import { quote } from '../quote.ts';
import { countParseWork, maxYamlDepth, maxYamlWork } from './parse-work.ts';
import { decode, readYamlDocuments } from './read-yaml.ts';

/** A mapping of a foreign document: its keys as text, in order. */
export type ForeignMapping = ReadonlyMap<string, unknown>;

/** What a foreign document is called in messages, and how large it may be. */
export interface ForeignYamlOptions {
  /** Names the text in messages: `"values.yaml"`. */
  readonly what: string;
  readonly maxBytes: number;
  /** Bound of {@link countParseWork}. */
  readonly maxWork?: number | undefined;
}

const maxAliases = 100; // each can name a whole list

/**
 * Reads the values of YAML documents that were written for another tool, as two parsers can be trusted to agree on them.
 * Anchors and aliases are taken; tags, directives, merge keys and duplicate keys are not. Mappings become Maps; an alias
 * shares the value of its anchor, so that nothing is ever expanded.
 * @throws {SchemaError} `YAML_INVALID`, `YAML_TOO_LARGE`.
 */
export function parseForeignYamlDocuments(bytes: Uint8Array, options: ForeignYamlOptions): readonly unknown[] {
  const { what, maxBytes, maxWork = maxYamlWork } = options;
  if (bytes.byteLength > maxBytes) {
    throw new SchemaError('YAML_TOO_LARGE', `${what} has ${bytes.byteLength} bytes, more than the ${maxBytes} that are read`);
  }
  const text = decode(bytes, what);
  countParseWork(text, { what, maxWork });
  return readYamlDocuments(text, what).map((document) => new Values(what).of(document.contents, 0));
}

/** Tells whether a value of {@link parseForeignYamlDocuments} is a mapping. */
export function isForeignMapping(value: unknown): value is ForeignMapping {
  return value instanceof Map;
}

class Values {
  readonly #what: string;
  readonly #known = new Map<unknown, unknown>();
  #aliases = 0;

  constructor(what: string) {
    this.#what = what;
  }

  of(node: unknown, depth: number): unknown {
    if (depth > maxYamlDepth) throw this.#invalid(`it is nested deeper than ${maxYamlDepth}`);
    if (node === null || node === undefined) return null;
    if (isAlias(node)) return this.#aliased(node.source);
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) throw this.#invalid('it holds an unknown node');
    // A tag can turn text into other text: Go's YAML decodes !!binary.
    if (node.tag !== undefined) throw this.#invalid(`it uses the tag ${quote(node.tag)}`);
    const value = isMap(node) ? this.#mapping(node, depth) : isSeq(node) ? node.items.map((item) => this.of(item, depth + 1)) : node.value;
    if (node.anchor !== undefined) this.#known.set(node.anchor, value);
    return value;
  }

  #mapping(node: YAMLMap, depth: number): ForeignMapping {
    const mapping = new Map<string, unknown>();
    for (const { key, value } of node.items) {
      const name = isScalar(key) && key.tag === undefined && key.anchor === undefined ? key.source : undefined;
      if (name === undefined || name === '<<') throw this.#invalid('it has a key that is not a plain text, or a merge key (<<)');
      if (mapping.has(name)) throw this.#invalid(`it has the key ${quote(name)} twice in one mapping`);
      mapping.set(name, this.of(value, depth + 1));
    }
    return mapping;
  }

  #aliased(name: string): unknown {
    this.#aliases += 1;
    if (this.#aliases > maxAliases) throw this.#invalid(`it has more than ${maxAliases} aliases`);
    // An anchor is known once its node is complete: an alias to what encloses it would never end.
    if (!this.#known.has(name)) throw this.#invalid(`its alias *${name} has no complete anchor before it`);
    return this.#known.get(name);
  }

  #invalid(problem: string): SchemaError {
    return new SchemaError('YAML_INVALID', `${this.#what} cannot be judged: ${problem}`);
  }
}
