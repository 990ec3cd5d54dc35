import { type Alias, type Document, isAlias, isMap, isScalar, isSeq, type Pair, type Scalar, visit, type YAMLMap } from 'yaml';
import { quote } from '../quote.ts';
import { maxYamlDepth } from '../yaml/parse-work.ts';
import { describeType, type FieldType, type Fields, isListType, isReferenceType, type LeafType } from './field-type.ts';
import { foldedNames, foldName } from './fold-name.ts';
import { hasProperties, isNothing, readScalar } from './scalar-text.ts';
import type { Defect, PlainFields, PlainValue, Reference, WalkedFields } from './walked-fields.ts';

/** How strictly a document is held to the table. */
export interface WalkOptions {
  /** The program that reads the document, for messages. */
  readonly program: string;
  /** Whether fields that the table does not list are free, since the program ignores them. */
  readonly isOpen?: boolean;
  /** Why a field of the type `refused` is refused; by default, that it changes what runs. */
  readonly refusal?: string;
}

const maxAliases = 100; // a kustomization with anchors has a handful
const maxDefects = 100; // of one document; a person mends the first ones and tries again

const machineRefusal = 'it changes what runs on the machine that renders: delete it';

/** Holds one YAML document, a mapping, to a table of fields. */
export function walkFields(document: Document, fields: Fields, options: WalkOptions): WalkedFields {
  return new Walk(document, options).run(fields);
}

class Walk {
  readonly #document: Document;
  readonly #options: WalkOptions;
  readonly #references: Reference[] = [];
  readonly #defects: Defect[] = [];
  readonly #mapsOfTexts = new Set<YAMLMap>();

  constructor(document: Document, options: WalkOptions) {
    this.#document = document;
    this.#options = options;
  }

  run(fields: Fields): WalkedFields {
    const { contents } = this.#document;
    this.#refuseTags();
    if (!isMap(contents) || hasProperties(contents)) this.#refuse('', 'it should be a mapping of fields');
    const values = isMap(contents) ? this.#mapping(contents, fields, '') : {};
    return { values, references: this.#references, defects: this.#defects };
  }

  // A tag can turn one text into another, and nesting without end exhausts the stack: so they are looked for everywhere.
  #refuseTags(): void {
    const maxPath = 2 * maxYamlDepth; // a mapping and a pair for each level
    let aliases = 0;
    visit(this.#document.contents, {
      Node: (_key, node, path) => {
        if (isAlias(node)) aliases += 1;
        else if (node.tag !== undefined) this.#refuse('', `it has the tag ${quote(node.tag)}: write the value without it`);
        if (path.length <= maxPath) return undefined;
        this.#refuse('', `it is nested deeper than ${maxYamlDepth}`);
        return visit.BREAK;
      },
    });
    if (aliases > maxAliases) this.#refuse('', `it has more than ${maxAliases} aliases`);
  }

  #value(node: unknown, type: FieldType, field: string): PlainValue | undefined {
    if (isNothing(node)) return undefined;
    if (typeof type === 'string') return this.#leaf(node, type, field);
    if (isAlias(node) || (hasAnchor(node) && !isScalar(node))) {
      return this.#refuse(field, 'anchors and aliases may not stand above a reference: write it out');
    }
    if (isListType(type)) return this.#list(node, type[0], field);
    if (!isMap(node)) return this.#refuse(field, 'it should be a mapping of fields');
    return this.#mapping(node, type, field);
  }

  #list(node: unknown, type: FieldType, field: string): PlainValue | undefined {
    if (!isSeq(node)) return this.#refuse(field, 'it should be a list');
    const values: PlainValue[] = [];
    node.items.forEach((item, index) => {
      const value = this.#value(item, type, `${field}[${index}]`);
      if (value !== undefined) values.push(value);
    });
    return values;
  }

  #mapping(node: YAMLMap, fields: Fields, owner: string): PlainFields {
    const values: Record<string, PlainValue | undefined> = {};
    const folded = new Map<string, string>();
    for (const pair of node.items) {
      const name = this.#key(pair, owner);
      if (name === undefined) continue;
      const field = owner === '' ? name : `${owner}.${name}`;
      const key = foldName(name);
      const before = folded.get(key);
      folded.set(key, name);
      if (before === name) this.#refuse(field, 'it appears twice: delete one');
      else if (before !== undefined) this.#refuse(field, `${this.#options.program} takes it for "${before}" as well: delete one`);
      else if (Object.hasOwn(fields, name)) values[name] = this.#value(pair.value, fields[name] ?? 'refused', field);
      else this.#unknown(key, field, fields);
    }
    return values;
  }

  #key({ key }: Pair, owner: string): string | undefined {
    if (isScalar(key) && !hasProperties(key)) {
      const { value } = readScalar(key);
      if (typeof value === 'string' && value !== '<<') return value;
    }
    const merge = isScalar(key) && key.value === '<<';
    this.#refuse(
      owner,
      merge ? 'a merge key (<<) may not stand above a reference: write the keys out' : 'a key is not a plain text',
    );
    return undefined;
  }

  #unknown(folded: string, field: string, fields: Fields): void {
    const { program, isOpen = false } = this.#options;
    const listed = foldedNames(fields).get(folded);
    if (listed !== undefined) this.#refuse(field, `${program} takes it for "${listed}": write it so`);
    else if (!isOpen) this.#refuse(field, `${program} has no such field: delete it`);
  }

  #leaf(node: unknown, type: LeafType, field: string): PlainValue | undefined {
    if (type === 'data') return undefined;
    if (type === 'refused') return this.#refuse(field, this.#options.refusal ?? machineRefusal);
    if (type === 'map of texts') return this.#mapOfTexts(node, field);
    const scalar = type === 'text' && isAlias(node) ? this.#resolve(node) : node;
    if (!isScalar(scalar)) return this.#refuse(field, `it should be ${describeType(type)}`);
    if (type !== 'text' && hasProperties(scalar)) return this.#refuse(field, 'it has an anchor: write it without');
    return this.#scalar(scalar, type, field);
  }

  #scalar(node: Scalar, type: LeafType, field: string): PlainValue | undefined {
    const { value, defect } = readScalar(node);
    if (defect !== undefined) return this.#refuse(field, defect);
    const wanted = type === 'boolean' ? 'boolean' : type === 'integer' ? 'number' : 'string';
    if (typeof value !== wanted || value === null) {
      const advice = wanted === 'string' ? ': write it in quotes' : '';
      return this.#refuse(field, `it should be ${describeType(type)}${advice}`);
    }
    if (node.type === 'BLOCK_FOLDED' && (type === 'plugin or path' || type === 'patch or path'))
      return this.#refuse(field, 'readers fold lines in different ways: write | instead of >');
    if (typeof value === 'string' && isReferenceType(type)) this.#references.push({ type, field, text: value });
    return value;
  }

  // Anchors, aliases and merge keys are free here: every reader makes texts of them, and no text here names a file.
  #mapOfTexts(given: unknown, field: string): undefined {
    const node = isAlias(given) ? this.#resolve(given) : given;
    if (!isMap(node)) return this.#refuse(field, 'it should be a mapping of texts');
    // Once each: mappings that merge two others, which merge two others, would double the work with each line.
    if (this.#mapsOfTexts.has(node)) return undefined;
    this.#mapsOfTexts.add(node);
    const seen = new Set<string>();
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? readScalar(key).value : undefined;
      if (isScalar(key) && key.type === 'PLAIN' && key.source === '<<') this.#merged(value, field);
      else if (typeof name !== 'string') this.#refuse(field, 'it has a key that is not a text: write it in quotes');
      else if (seen.has(name)) this.#refuse(`${field}.${name}`, 'it appears twice: delete one');
      else this.#textOrNothing(value, `${field}.${name}`);
      if (typeof name === 'string') seen.add(name);
    }
    return undefined;
  }

  #merged(value: unknown, field: string): void {
    const node = isAlias(value) ? this.#resolve(value) : value;
    for (const merged of isSeq(node) ? node.items : [node]) this.#mapOfTexts(merged, field);
  }

  #textOrNothing(value: unknown, field: string): void {
    if (!isNothing(value)) this.#leaf(value, 'text', field);
  }

  #resolve(alias: Alias): unknown {
    return alias.resolve(this.#document);
  }

  #refuse(field: string, detail: string): undefined {
    if (this.#defects.length < maxDefects) this.#defects.push({ field, detail });
    return undefined;
  }
}

function hasAnchor(node: unknown): boolean {
  return (isMap(node) || isSeq(node) || isScalar(node)) && node.anchor !== undefined;
}
