import type { Fields } from './field-type.ts';

const maxFoldedCharacters = 100; // the longest field's name has 27, and folding never shortens a text that much

/**
 * Folds the case of a field's name as Go's JSON decoder does, to which `K` (Kelvin sign) and `ſ` (long s) are letters.
 * It errs by folding more than Go: what folds to a known name is refused, never taken for it.
 * Source: Go 1.26, encoding/json, fold.go, `foldName`.
 */
export function foldName(name: string): string {
  if (/^[a-z]*$/.test(name) || name.length > maxFoldedCharacters) return name;
  return name.toUpperCase().toLowerCase().normalize('NFKC');
}

const knownNames = new WeakMap<Fields, ReadonlyMap<string, string>>();

/** Gives the names of a mapping's fields by what they fold to. */
export function foldedNames(fields: Fields): ReadonlyMap<string, string> {
  const known = knownNames.get(fields) ?? new Map(Object.keys(fields).map((name) => [foldName(name), name]));
  knownNames.set(fields, known);
  return known;
}
