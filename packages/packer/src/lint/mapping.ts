/** A mapping of a parsed document. */
export type Mapping = Readonly<Record<string, unknown>>;

/** Tells whether a value is a mapping. */
export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Gets a field as kustomize does: its name in any case. */
export function field(mapping: Mapping, name: string): unknown {
  if (Object.hasOwn(mapping, name)) return mapping[name];
  const found = Object.keys(mapping).find((key) => key.toLowerCase() === name.toLowerCase());
  return found === undefined ? undefined : mapping[found];
}

/** Gets the mappings of a list. */
export function mappings(value: unknown): readonly Mapping[] {
  return Array.isArray(value) ? value.filter(isMapping) : [];
}

/** Gets a text, or the texts of a list; empty ones left out. */
export function texts(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((entry) => typeof entry === 'string').filter((entry) => entry !== '');
}

/** Gets every text in a parsed document, at any depth. An alias may stand inside what it shares. */
export function allTexts(root: unknown): readonly string[] {
  const found: string[] = [];
  const seen = new Set<object>();
  const pending = [root];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value === 'string') found.push(value);
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    for (const child of Object.values(value).toReversed()) pending.push(child);
  }
  return found;
}
