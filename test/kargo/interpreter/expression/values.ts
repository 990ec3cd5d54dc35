import { ExpressionError } from './errors.ts';

/** A map of an expression. */
export type ValueMap = Readonly<Record<string, unknown>>;

/** Tells maps from everything else. */
export function isRecord(value: unknown): value is ValueMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A Go struct in an expression: unlike a map, it has no field that was not declared. */
export class Struct {
  readonly #fields: ValueMap;
  readonly #json: ValueMap;

  constructor(fields: ValueMap, json: ValueMap) {
    this.#fields = fields;
    this.#json = json;
  }

  field(name: string): unknown {
    if (!Object.hasOwn(this.#fields, name)) throw new ExpressionError(`cannot fetch ${name}: the struct has no such field`);
    return this.#fields[name];
  }

  toJSON(): ValueMap {
    return this.#json;
  }
}

/** A Go map of strings in an expression: what it does not have is an empty string. */
export class TextMap extends Struct {
  constructor(texts: Readonly<Record<string, string>>) {
    super(texts, texts);
  }

  override field(name: string): unknown {
    const texts = this.toJSON();
    return Object.hasOwn(texts, name) ? texts[name] : '';
  }
}

/** Writes JSON as Go's encoding/json does: keys in order, and what HTML gives a meaning escaped. */
export function goJson(value: unknown, indent?: string): string {
  const text = JSON.stringify(sorted(value), undefined, indent);
  return text.replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value instanceof Struct) return sorted(value.toJSON());
  if (!isRecord(value)) return value ?? null;
  const keys = Object.keys(value).toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key])]));
}
