/** What a reference is for; its counterpart outside the package is found by it. */
export type ReferenceKind =
  | 'resource'
  | 'directory'
  | 'component'
  | 'data'
  | 'keyed-data'
  | 'merge'
  | 'patch'
  | 'generator'
  | 'transformer'
  | 'configuration'
  | 'crd'
  | 'openapi'
  | 'replacements'
  | 'values'
  | 'chart-home'
  | 'chart'
  | 'repository';

/** A value of a YAML file before it is written down. */
export type Value = Text | List | Fields;

export interface Text {
  readonly type: 'text';
  readonly text: string;
  /** Numbers, booleans and null stand without quotes. */
  readonly isPlain?: boolean;
  readonly reference?: ReferenceKind;
}

export interface List {
  readonly type: 'list';
  readonly items: readonly Value[];
}

export interface Fields {
  readonly type: 'fields';
  readonly entries: readonly (readonly [key: string, value: Value])[];
}

/** A text. */
export function text(value: string): Text {
  return { type: 'text', text: value };
}

/** A number, a boolean or null. */
export function plain(value: string | number | boolean): Text {
  return { type: 'text', text: String(value), isPlain: true };
}

/** A text that names something. */
export function reference(kind: ReferenceKind, value: string): Text {
  return { type: 'text', text: value, reference: kind };
}

/** A list. */
export function list(...items: readonly Value[]): List {
  return { type: 'list', items };
}

/** A mapping; what is undefined is left out. */
export function fields(entries: Readonly<Record<string, Value | undefined>>): Fields {
  const given = Object.entries(entries).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]));
  return { type: 'fields', entries: given };
}

/** A mapping of texts. */
export function texts(entries: Readonly<Record<string, string>>): Fields {
  return { type: 'fields', entries: Object.entries(entries).map(([key, value]) => [key, text(value)]) };
}

/** The same value, with each of its references led elsewhere. */
export function mapReferences(value: Value, change: (kind: ReferenceKind, text: string) => string): Value {
  if (value.type === 'text') {
    return value.reference === undefined ? value : { ...value, text: change(value.reference, value.text) };
  }
  if (value.type === 'list') return { ...value, items: value.items.map((item) => mapReferences(item, change)) };
  return { ...value, entries: value.entries.map(([key, entry]) => [key, mapReferences(entry, change)]) };
}

/** Tells whether a value has a reference in it. */
export function hasReference(value: Value): boolean {
  if (value.type === 'text') return value.reference !== undefined;
  return value.type === 'list' ? value.items.some(hasReference) : value.entries.some(([, entry]) => hasReference(entry));
}
