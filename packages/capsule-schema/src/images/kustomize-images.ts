import { type ForeignMapping, isForeignMapping } from '../yaml/parse-foreign-yaml.ts';
import type { ShownName } from './image-lines.ts';
import { isImageName } from './image-text.ts';

/** An entry of `images` in a kustomization. */
export interface KustomizeImage {
  readonly name: string;
  readonly newName?: string | undefined;
  /** Whether it replaces the tag, by another or by a digest. */
  readonly retags: boolean;
  readonly digest?: string | undefined;
}

/**
 * Reads the `images` of a kustomization. An entry whose name is a regular expression is left out: what it matches is
 * known only after rendering.
 * Source: kustomize v5, api/types/image.go.
 */
export function kustomizeImages(kustomization: unknown): readonly KustomizeImage[] {
  return imageEntries(kustomization).flatMap(readEntry);
}

/** Reads the names that entries give to whatever their regular expressions match. */
export function patternedNames(kustomization: unknown): readonly string[] {
  return imageEntries(kustomization).flatMap((entry) => {
    if (isImageName(String(entry.get('name')))) return [];
    const newName = entry.get('newName');
    return typeof newName === 'string' && isImageName(newName) ? [newName] : [];
  });
}

/**
 * Finds the names that an ImageTagTransformer gives to images, in the text of its file.
 * Source: kustomize v5, api/internal/builtins/ImageTagTransformer.go.
 */
export function newNamesIn(text: string): readonly string[] {
  if (!text.includes('ImageTagTransformer')) return [];
  const found = text.matchAll(/newName["']?[ \t]{0,9}:[ \t]{0,9}["']?([^\s"',}]{1,512})/gi);
  return [...found].map(([, name = '']) => name).filter(isImageName);
}

function imageEntries(kustomization: unknown): readonly ForeignMapping[] {
  const entries = isForeignMapping(kustomization) ? kustomization.get('images') : undefined;
  return Array.isArray(entries) ? entries.filter(isForeignMapping) : [];
}

function readEntry(entry: ForeignMapping): readonly KustomizeImage[] {
  const name = entry.get('name');
  if (typeof name !== 'string' || !isImageName(name)) return [];
  const newName = entry.get('newName');
  const retags = ['newTag', 'digest', 'tagSuffix'].some((key) => (entry.get(key) ?? '') !== '');
  const digest = entry.get('digest');
  return [
    {
      name,
      newName: typeof newName === 'string' && isImageName(newName) ? newName : undefined,
      retags,
      digest: typeof digest === 'string' ? digest : undefined,
    },
  ];
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
    const retags = applied.filter((entry) => entry.retags);
    const tag = retags.length > 0 ? undefined : image.tag;
    const digest = retags.length > 0 ? retags.find((entry) => entry.digest !== undefined)?.digest : image.digest;
    const key = `${image.name}:${tag ?? ''}@${digest ?? ''}`;
    if (seen.has(key)) continue;
    seen.add(key);
    yield { ...image, tag, digest };
    for (const { newName } of applied) if (newName !== undefined) queue.push({ ...image, tag, digest, name: newName });
  }
}

function distinct(entries: readonly KustomizeImage[]): readonly KustomizeImage[] {
  return [
    ...new Map(
      entries.map((entry) => [`${entry.name} ${entry.newName ?? ''} ${entry.retags} ${entry.digest ?? ''}`, entry]),
    ).values(),
  ];
}
