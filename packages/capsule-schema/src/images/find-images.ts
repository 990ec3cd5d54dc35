import type { Scalar } from 'yaml';
import { FieldTable, type ImageField, imageFields } from './image-fields.ts';
import { type ImageText, parseImageText } from './image-text.ts';
import type { RenderedObject } from './rendered-object.ts';
import { assertRenderedYaml, renderedDocuments } from './rendered-yaml.ts';
import { type VisitedScalar, visitBudget, walkScalars } from './walk-scalars.ts';

/** An image in a rendered object. */
export interface FoundImage {
  /** Undefined if what stands in the field is not an image reference: no registry would be asked for it. */
  readonly image: ImageText | undefined;
  /** The text in the field. */
  readonly text: string;
  readonly object: RenderedObject;
  /** The way from the object to the field. */
  readonly path: readonly (string | number)[];
  /** Where the scalar begins and ends in the text, in UTF-16 code units; an alias has the range of its anchor. */
  readonly range: readonly [start: number, end: number];
}

/** How {@link findImages} reads. */
export interface FindImagesOptions {
  /** What the text is, for people: "the rendered manifests". */
  readonly what?: string | undefined;
  /** Fields of custom resources beside the ones that are known: `imageFields` of `promotion.yaml`. */
  readonly imageFields?: readonly ImageField[] | undefined;
}

/** What a rendered text is called in messages, if the caller does not say. */
export const defaultWhat = 'the rendered text';

/**
 * Finds the images in a stream of rendered Kubernetes objects, YAML or JSON, in their order.
 * @throws {SchemaError} `YAML_INVALID`, `YAML_TOO_LARGE`, `IMAGE_FIELD_INVALID`.
 */
export function findImages(text: string, options: FindImagesOptions = {}): readonly FoundImage[] {
  const { what = defaultWhat, imageFields: more = [] } = options;
  const images = new FieldTable([...imageFields, ...more]);
  const walk = { what, images, budget: visitBudget(assertRenderedYaml(text, what)) };
  const found: FoundImage[] = [];
  for (const document of renderedDocuments(text, what)) {
    walkScalars(document, walk, (scalar) => {
      if (scalar.isImage && !isUnset(scalar.node)) found.push(foundImage(scalar));
    });
  }
  return found;
}

/** Describes the image in a scalar that was visited. */
export function foundImage({ node, object, path }: VisitedScalar): FoundImage {
  const text = textOf(node);
  const image = node.tag === undefined || plainTags.includes(node.tag) ? parseImageText(text) : undefined;
  return { image, text, object, path: path(), range: rangeOf(node) };
}

// Any other tag can change the text, as !!binary does.
const plainTags = ['!', 'tag:yaml.org,2002:str'];

/** Tells whether a scalar is empty or null: a controller fills such a field in. */
export function isUnset(node: Scalar): boolean {
  return node.value === '' || (node.type === 'PLAIN' && /^(?:~|null|Null|NULL)$/.test(textOf(node)));
}

/** The text of a scalar; as it is spelled, if a tag has made something other than text of it. */
export function textOf({ value, source }: Scalar): string {
  return typeof value === 'string' ? value : (source ?? '');
}

/** Where a scalar begins and ends, without its anchor and tag. */
export function rangeOf({ range }: Scalar): readonly [start: number, end: number] {
  return [range?.[0] ?? 0, range?.[1] ?? 0];
}
