import type { ImageValues } from '../record/release-record.ts';
import { isForeignMapping } from '../yaml/parse-foreign-yaml.ts';
import { formatImageText, type ImageText, isImageTag, parseImageText } from './image-text.ts';

/** An image that the values of a chart name. */
export interface ValuesImage {
  readonly image: ImageText;
  /** Undefined if the way there leads through a list, or through a key with a dot. */
  readonly paths?: ImageValues | undefined;
}

/**
 * Finds the images in the values of a chart: keys that end in `image`, and mappings of `repository` or `name` with
 * `tag`, `digest` or `registry`, at any depth. A `global.imageRegistry` that is set stands before every repository.
 */
export function imagesInValues(values: unknown): readonly ValuesImage[] {
  const found: ValuesImage[] = [];
  const seen = new Set<unknown>();
  const walk = (value: unknown, place: Place): void => {
    // Once each: an alias shares the value of its anchor, and aliases in what they share would multiply it.
    if (typeof value !== 'object' || seen.has(value)) return;
    seen.add(value);
    if (Array.isArray(value)) return value.forEach((item) => walk(item, { key: place.key }));
    if (!isForeignMapping(value)) return;
    found.push(...imagesOf(value, place, registry));
    for (const [key, child] of value) walk(child, { key, path: pathOf(place.path, key) });
  };
  const registry = globalRegistry(values);
  walk(values, { key: '', path: '' });
  return found;
}

interface Place {
  /** The key that the value stands under; for the item of a list, that of the list. */
  readonly key: string;
  readonly path?: string | undefined;
}

type Mapping = ReadonlyMap<string, unknown>;

function imagesOf(mapping: Mapping, place: Place, registry: string | undefined): readonly ValuesImage[] {
  const inParts = imageInParts(mapping, place, registry);
  const keys = [...mapping.keys()].filter((key) => /image$/i.test(key) && key !== inParts?.key);
  const texts = keys.flatMap((key) => imageText(mapping, key, place.path));
  return inParts === undefined ? texts : [...texts, inParts.found];
}

/** `image: name:tag`, or `image: name` beside `tag` or `imageTag`. */
function imageText(mapping: Mapping, key: string, parent: string | undefined): readonly ValuesImage[] {
  const image = parseImageText(text(mapping, key) ?? '');
  const path = pathOf(parent, key);
  if (image === undefined) return [];
  const tagKey = ['tag', `${key}Tag`].find((name) => mapping.has(name));
  if (image.tag !== undefined || image.digest !== undefined || tagKey === undefined) {
    return [{ image, paths: path === undefined ? undefined : { image: path } }];
  }
  const paths = path === undefined ? undefined : { repository: path, tag: pathOf(parent, tagKey) };
  return [{ image: { name: image.name, ...tagOf(mapping, tagKey) }, paths }];
}

/** `{ registry, repository | name | image, tag | digest }`, with the key of its repository. */
function imageInParts(
  mapping: Mapping,
  { key, path }: Place,
  global: string | undefined,
): { readonly key: string; readonly found: ValuesImage } | undefined {
  const repositoryKey = repositoryKeyOf(mapping, key);
  if (repositoryKey === undefined) return undefined;
  const repository = text(mapping, repositoryKey) ?? '';
  const registry = global ?? text(mapping, 'registry') ?? '';
  const image = parseImageText(registry === '' ? repository : `${registry}/${repository}`);
  if (image === undefined) return undefined;
  const whole = { ...image, ...tagOf(mapping, 'tag'), ...digestOf(mapping, image.name) };
  if (path === undefined || image.tag !== undefined || image.digest !== undefined) return { key: repositoryKey, found: { image: whole } };
  const part = (name: string): Record<string, string | undefined> => (mapping.has(name) ? { [name]: pathOf(path, name) } : {});
  const paths = { repository: `${prefix(path)}${repositoryKey}`, ...part('tag'), ...part('digest'), ...part('registry') };
  return { key: repositoryKey, found: { image: whole, paths } };
}

function repositoryKeyOf(mapping: Mapping, key: string): string | undefined {
  const hasVersion = ['tag', 'digest', 'registry'].some((name) => mapping.has(name));
  if (mapping.has('repository')) return hasVersion || /image$/i.test(key) ? 'repository' : undefined;
  if (mapping.has('registry') && text(mapping, 'image') !== undefined) return 'image';
  return hasVersion && mapping.has('name') && /image$/i.test(key) ? 'name' : undefined;
}

function tagOf(mapping: Mapping, key: string): { readonly tag?: string } {
  const value = mapping.get(key);
  // A tag that YAML reads as a number has lost its spelling: 1.10 would be 1.1.
  return typeof value === 'string' && isImageTag(value) ? { tag: value } : {};
}

function digestOf(mapping: Mapping, name: string): { readonly digest?: string } {
  const digest = text(mapping, 'digest') ?? '';
  return digest !== '' && parseImageText(formatImageText({ name, digest })) !== undefined ? { digest } : {};
}

function globalRegistry(values: unknown): string | undefined {
  const global = isForeignMapping(values) ? values.get('global') : undefined;
  const registry = isForeignMapping(global) ? text(global, 'imageRegistry') : undefined;
  return registry === '' ? undefined : registry;
}

function text(mapping: Mapping, key: string): string | undefined {
  const value = mapping.get(key);
  return typeof value === 'string' ? value : undefined;
}

function pathOf(parent: string | undefined, key: string): string | undefined {
  return parent === undefined || !/^[A-Za-z0-9_-]+$/.test(key) ? undefined : `${prefix(parent)}${key}`;
}

function prefix(path: string): string {
  return path === '' ? '' : `${path}.`;
}
