import { isForeignMapping } from '../yaml/parse-foreign-yaml.ts';
import type { ShownName } from './image-lines.ts';
import { isImageName } from './image-text.ts';

/** An entry of `images` in a kustomization. */
export interface KustomizeImage {
  readonly name: string;
  readonly newName?: string | undefined;
  /** Whether it replaces the tag, by another or by a digest. */
  readonly retags: boolean;
}

/**
 * Reads the `images` of a kustomization. An entry whose name is a regular expression is left out: what it matches is
 * known only after rendering.
 * Source: kustomize v5, api/types/image.go.
 */
export function kustomizeImages(kustomization: unknown): readonly KustomizeImage[] {
  const entries = isForeignMapping(kustomization) ? kustomization.get('images') : undefined;
  return (Array.isArray(entries) ? entries : []).flatMap(readEntry);
}

function readEntry(entry: unknown): readonly KustomizeImage[] {
  if (!isForeignMapping(entry)) return [];
  const name = entry.get('name');
  if (typeof name !== 'string' || !isImageName(name)) return [];
  const newName = entry.get('newName');
  const retags = ['newTag', 'digest', 'tagSuffix'].some((key) => (entry.get(key) ?? '') !== '');
  return [{ name, newName: typeof newName === 'string' && isImageName(newName) ? newName : undefined, retags }];
}

/**
 * Follows the entries of all kustomizations from the names that manifests show, and gives every name that an image can
 * have on its way. Where an entry replaces the tag, the name has no tag: all its images get the same one.
 */
export function* followRenames<T extends ShownName>(shown: Iterable<T>, entries: readonly KustomizeImage[]): Generator<T> {
  const byName = Map.groupBy(distinct(entries), (entry) => entry.name);
  const queue = [...shown];
  const seen = new Set<string>();
  for (const image of queue) {
    const applied = byName.get(image.name) ?? [];
    const tag = applied.some((entry) => entry.retags) ? undefined : image.tag;
    const key = `${image.name}:${tag ?? ''}`;
    if (seen.has(key)) continue;
    seen.add(key);
    yield { ...image, tag };
    for (const { newName } of applied) if (newName !== undefined) queue.push({ ...image, tag, name: newName });
  }
}

function distinct(entries: readonly KustomizeImage[]): readonly KustomizeImage[] {
  return [...new Map(entries.map((entry) => [`${entry.name} ${entry.newName ?? ''} ${entry.retags}`, entry])).values()];
}
