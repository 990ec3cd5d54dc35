const maxFoldedCharacters = 100; // no field's name has a third of it, and none folds to one as short

/**
 * Folds the case of a field's name as Go's JSON decoder does, to which `K` (Kelvin sign) and `ſ` (long s) are letters.
 * It errs by folding more than Go: what folds to a known name is refused, never taken for it.
 * Source: Go 1.26, encoding/json, fold.go, `foldName`.
 */
export function foldName(name: string): string {
  if (/^[a-z]*$/.test(name) || name.length > maxFoldedCharacters) return name;
  return name.toUpperCase().toLowerCase().normalize('NFKC');
}
