import { compareImageNames, findImages, type FoundImage, formatImageText, type NamedImages } from '@release-capsule/schema';
import type { LockWarning, RunImage } from './lock-options.ts';

/**
 * Finds every image in rendered texts.
 * @throws {SchemaError} `YAML_INVALID`, `YAML_TOO_LARGE`.
 */
export function imagesInTexts(texts: readonly string[]): readonly FoundImage[] {
  return texts.flatMap((text) => findImages(text));
}

/** The images of fields, each spelling once, in order. */
export function runImages(found: readonly FoundImage[]): readonly RunImage[] {
  return distinct(found.flatMap(({ image }) => (image === undefined ? [] : [image])));
}

/** The images that the bytes of a package show, where nothing could be rendered. */
export function shownImages({ names }: NamedImages): readonly RunImage[] {
  return distinct(names.map(({ name, tag }) => ({ name, tag })));
}

/** Says which image fields hold something else: no registry has it. */
export function unreadableImages(found: readonly FoundImage[]): readonly LockWarning[] {
  const texts = new Map(found.filter(({ image }) => image === undefined).map((one) => [one.text, one]));
  return [...texts.values()].map(({ text, object, path }) => ({
    code: 'IMAGE_UNREADABLE',
    message: `${object.kind} ${object.name ?? object.generateName ?? ''}, ${path.join('.')}: ${JSON.stringify(text)} is not an image`,
    hint: 'It is not in the lock. Give it a name that a registry knows, if something pulls it.',
  }));
}

function distinct(images: readonly RunImage[]): readonly RunImage[] {
  const byText = new Map(images.map(({ name, tag, digest }) => [formatImageText({ name, tag, digest }), { name, tag, digest }]));
  return [...byText.values()].sort((a, b) => compareImageNames(plain(a), plain(b)) || compareText(a.digest, b.digest));
}

function plain({ name, tag }: RunImage): { readonly name: string; readonly tag?: string } {
  return { name, ...(tag !== undefined && { tag }) };
}

function compareText(a = '', b = ''): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
