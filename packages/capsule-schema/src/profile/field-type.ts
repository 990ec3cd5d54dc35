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
