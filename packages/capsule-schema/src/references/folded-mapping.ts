import { type ForeignMapping, isForeignMapping } from '../yaml/parse-foreign-yaml.ts';

/** A value found under a name, with the name as the file spells it. */
export interface FoundField {
  readonly name: string;
  readonly value: unknown;
}

/**
 * Finds every value that Go's JSON decoder could take for a field: it compares names without case, and `K` (Kelvin
 * sign) and `ſ` (long s) are letters to it. Where a file has several spellings, which one wins is not for us to guess.
 * Source: Go encoding/json, `foldName`; kustomize and Helm decode YAML by way of JSON.
 */
export function fieldsNamed(mapping: ForeignMapping, name: string): readonly FoundField[] {
  const found: FoundField[] = [];
  const folded = foldName(name);
  for (const [key, value] of mapping) {
    if (foldName(key) === folded && value !== null) found.push({ name: key, value });
  }
  return found;
}

/** Finds the fields of a name in a value that may not be a mapping. */
export function fieldsOf(value: unknown, name: string): readonly FoundField[] {
  return isForeignMapping(value) ? fieldsNamed(value, name) : [];
}

/** The one text under a name; undefined where there is none, or several, or something else. */
export function textOf(value: unknown, name: string): string | undefined {
  const found = fieldsOf(value, name);
  const first = found[0]?.value;
  return found.length === 1 && typeof first === 'string' ? first : undefined;
}

/** Folds the case of a field's name. */
export function foldName(name: string): string {
  return name.toUpperCase().toLowerCase();
}
