/** The types of fields whose text names a file or a directory of the package, or could. */
export type ReferenceType =
  | 'path to file'
  | 'path to directory'
  | 'path to component'
  | 'path to file or directory'
  | 'path to values file'
  | '[key=]path to file'
  | 'chart home'
  | 'plugin or path'
  | 'patch or path'
  | 'inline patch'
  | 'chart name'
  | 'name template'
  | 'helm argument';

/** The types of fields that hold no list and no mapping of fields. */
export type LeafType = ReferenceType | 'text' | 'map of texts' | 'boolean' | 'integer' | 'data' | 'refused';

/** What a field may hold: a leaf, a list of one type, or a mapping of fields. */
export type FieldType = LeafType | readonly [FieldType] | Fields;

/** A mapping's fields: each in the one spelling that is listed. */
export interface Fields {
  readonly [name: string]: FieldType;
}

/** Tells whether a type is that of a list. */
export function isListType(type: Exclude<FieldType, LeafType>): type is readonly [FieldType] {
  return Array.isArray(type);
}

const otherTypes: ReadonlySet<LeafType> = new Set(['text', 'map of texts', 'boolean', 'integer', 'data', 'refused']);

/** Tells whether the text of such a field names something, or could. */
export function isReferenceType(type: LeafType): type is ReferenceType {
  return !otherTypes.has(type);
}

/** Says for people what a field of a type holds. */
export function describeType(type: LeafType): string {
  if (type === 'boolean') return 'true or false';
  if (type === 'integer') return 'a whole number';
  return 'a text';
}
