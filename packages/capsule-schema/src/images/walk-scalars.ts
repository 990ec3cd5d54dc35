import { type Document, isMap, isScalar, isSeq, type Pair, type Scalar, type YAMLMap } from 'yaml';
import { quote } from '../quote.ts';
import { type AliasTargets, aliasTargets, targetOf } from './alias-targets.ts';
import { type FieldState, type FieldTable, isReached, stepInto } from './image-fields.ts';
import { itemsOf, type RenderedObject, renderedObject } from './rendered-object.ts';
import { invalidYaml } from './rendered-yaml.ts';

/** A scalar at one of the places where a document has it: an alias or a merge key makes several of one. */
export interface VisitedScalar {
  readonly node: Scalar;
  readonly object: RenderedObject;
  /** The way from the object to the scalar; a function, since few are asked for. */
  readonly path: () => readonly (string | number)[];
  readonly isImage: boolean;
  /** Whether it is one of the fields that the caller has asked for beside those of images. */
  readonly isExtra: boolean;
  /** Whether other places may have the same scalar: the document has aliases. */
  readonly isShared: boolean;
  /** Whether it is the key of a mapping; only keys with an anchor are visited, since an alias may stand for them. */
  readonly isKey: boolean;
}

/** What {@link walkScalars} looks for, how its input is named in errors, and how much it may visit. */
export interface ScalarWalkOptions {
  readonly what: string;
  readonly images: FieldTable;
  readonly extra?: FieldTable | undefined;
  readonly budget: VisitBudget;
}

const maxDepth = 400; // a document has 200 levels without aliases

/** How many more values of a stream are visited. */
export interface VisitBudget {
  left: number;
}

/** Makes the budget of a stream with so many words and signs: without aliases it has fewer values, and aliases multiply. */
export function visitBudget(lexemes: number): VisitBudget {
  return { left: 2 * lexemes + 100_000 };
}

/**
 * Visits every scalar of a document at every place where a reader of the document finds it: aliases are followed and
 * merge keys are merged. The items of a list of objects are objects.
 * @throws {SchemaError} `YAML_INVALID`.
 */
export function walkScalars(
  document: Document.Parsed,
  options: ScalarWalkOptions,
  visit: (scalar: VisitedScalar) => void,
): void {
  new ScalarWalk(aliasTargets(document, options.what), options, visit).object(document.contents, 0);
}

interface Step {
  readonly parent: Step | undefined;
  readonly key: string | number;
  readonly depth: number;
}

interface Place {
  readonly object: RenderedObject;
  readonly step: Step | undefined;
  readonly images: readonly FieldState[];
  readonly extra: readonly FieldState[];
}

const objectKeys: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'items']);

const mergeTag = 'tag:yaml.org,2002:merge';

const noObject: RenderedObject = { apiVersion: '', kind: '' };

class ScalarWalk {
  readonly #targets: AliasTargets;
  readonly #options: ScalarWalkOptions;
  readonly #visit: (scalar: VisitedScalar) => void;

  constructor(targets: AliasTargets, options: ScalarWalkOptions, visit: (scalar: VisitedScalar) => void) {
    this.#targets = targets;
    this.#options = options;
    this.#visit = visit;
  }

  object(node: unknown, depth: number): void {
    this.#spend(depth);
    const target = targetOf(node, this.#targets);
    const object = isMap(target) ? renderedObject(target, this.#targets) : noObject;
    const { images, extra } = this.#options;
    const place = { object, step: undefined, images: images.general, extra: extra?.general ?? [] };
    const items = isMap(target) ? itemsOf(target, object, this.#targets) : undefined;
    if (items === undefined || !isMap(target)) return this.#node(target, place);
    for (const item of items) this.object(item, depth + 1);
    for (const pair of target.items) if (!isNamed(pair, 'items')) this.#pair(pair, place);
  }

  #node(node: unknown, place: Place): void {
    this.#spend(place.step?.depth ?? 0);
    const target = targetOf(node, this.#targets);
    if (isScalar(target)) this.#scalar(target, place, false);
    else if (isMap(target)) this.#map(target, place);
    else if (isSeq(target)) this.#list(target.items, place);
  }

  #list(items: readonly unknown[], place: Place): void {
    const images = stepInto(place.images, '[]');
    const extra = stepInto(place.extra, '[]');
    items.forEach((item, index) => this.#node(item, { ...place, images, extra, step: stepTo(place.step, index) }));
  }

  #map(map: YAMLMap, place: Place): void {
    const here = this.#withFieldsOfKind(map, place);
    for (const pair of this.#effectivePairs(map, 0)) this.#pair(pair, here);
  }

  #pair(pair: Pair, place: Place): void {
    const key = targetOf(pair.key, this.#targets);
    const text = keyText(key);
    const here = { ...place, step: stepTo(place.step, text), images: stepInto(place.images, text), extra: stepInto(place.extra, text) };
    if (isScalar(key) && key.anchor !== undefined) this.#scalar(key, here, true);
    this.#node(pair.value, here);
  }

  #scalar(node: Scalar, { object, step, images, extra }: Place, isKey: boolean): void {
    this.#visit({
      node,
      object,
      path: () => pathOf(step),
      isImage: !isKey && isReached(images),
      isExtra: !isKey && isReached(extra),
      isShared: this.#targets.size > 0,
      isKey,
    });
  }

  /** An object can stand inside another: the fields of its kind begin there. */
  #withFieldsOfKind(map: YAMLMap, place: Place): Place {
    if (!map.items.some((pair) => isNamed(pair, 'kind'))) return place;
    const { kind, apiVersion } = renderedObject(map, this.#targets);
    const images = this.#options.images.ofKind(kind, apiVersion);
    const extra = this.#options.extra?.ofKind(kind, apiVersion) ?? [];
    if (images.length === 0 && extra.length === 0) return place;
    return { ...place, images: [...place.images, ...images], extra: [...place.extra, ...extra] };
  }

  /** The pairs of a mapping itself, then those of merged mappings whose key has not come before. */
  *#effectivePairs(map: YAMLMap, depth: number): Generator<Pair> {
    this.#spend(depth);
    if (!map.items.some(isMerge)) return yield* map.items;
    const own = map.items.filter((pair) => !isMerge(pair));
    const seen = new Set(own.map((pair) => this.#keyOf(pair)));
    if (map.items.filter(isMerge).length > 1) throw invalidYaml(this.#options.what, 'a mapping has two merge keys (<<)');
    const firstMerge = map.items.findIndex(isMerge);
    const before = new Set(map.items.slice(0, firstMerge).map((pair) => this.#keyOf(pair)));
    yield* own;
    for (const source of map.items.filter(isMerge).flatMap((pair) => this.#mergedMaps(pair.value))) {
      for (const pair of this.#effectivePairs(source, depth + 1)) {
        this.#spend(depth);
        const key = this.#keyOf(pair);
        // go-yaml takes the later one of the two, others the mapping's own; and an object's kind decides what its fields are.
        if (before.has(key)) throw invalidYaml(this.#options.what, `${quote(key)} is merged (<<) into a mapping that has it before`);
        if (objectKeys.has(key)) throw invalidYaml(this.#options.what, `${quote(key)} of an object is merged (<<) into it`);
        if (!seen.has(key)) yield pair;
        seen.add(key);
      }
    }
    return undefined;
  }

  #mergedMaps(value: unknown): readonly YAMLMap[] {
    const target = targetOf(value, this.#targets);
    const sources = isSeq(target) ? target.items.map((item) => targetOf(item, this.#targets)) : [target];
    return sources.filter((source) => isMap(source));
  }

  #keyOf(pair: Pair): string {
    return keyText(targetOf(pair.key, this.#targets));
  }

  #spend(depth: number): void {
    const { budget, what } = this.#options;
    budget.left -= 1;
    if (budget.left < 0) throw invalidYaml(what, 'its aliases multiply what it holds');
    if (depth > maxDepth) throw invalidYaml(what, `its aliases nest deeper than ${maxDepth}`);
  }
}

function stepTo(parent: Step | undefined, key: string | number): Step {
  return { parent, key, depth: (parent?.depth ?? 0) + 1 };
}

function pathOf(last: Step | undefined): readonly (string | number)[] {
  const keys: (string | number)[] = [];
  for (let step = last; step !== undefined; step = step.parent) keys.unshift(step.key);
  return keys;
}

function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : '';
}

function isNamed({ key }: Pair, name: string): boolean {
  return isScalar(key) && key.value === name;
}

/** Source: go-yaml v3, decode.go, `isMerge`: a quoted key is a key like any other. */
function isMerge({ key }: Pair): boolean {
  return isScalar(key) && (key.tag === mergeTag || (key.value === '<<' && key.type === 'PLAIN'));
}
