import type { ReferenceType } from './field-type.ts';

/** A text that names something, or could, with its place: `patches[0].path`. */
export interface Reference {
  readonly type: ReferenceType;
  readonly field: string;
  readonly text: string;
}

/** What is written outside the profile, with its place and what to write instead. */
export interface Defect {
  readonly field: string;
  readonly detail: string;
}

/** What a document says in terms of the table: its values where it is within, and what is not. */
export interface WalkedFields {
  readonly values: PlainFields;
  readonly references: readonly Reference[];
  readonly defects: readonly Defect[];
}

/** Values of a document: texts, numbers, truth values, lists and mappings of them. Maps of texts and data are left out. */
export interface PlainFields {
  readonly [name: string]: PlainValue | undefined;
}
export type PlainValue = string | number | boolean | readonly PlainValue[] | PlainFields;
