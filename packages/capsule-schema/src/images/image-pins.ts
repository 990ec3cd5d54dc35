import { SchemaError } from '../errors.ts';
import { parsePinnedImage } from '../names/image-reference.ts';
import { quote } from '../quote.ts';
import { type ImageText, isImageName, isImageTag } from './image-text.ts';

/** The name of an image, and the reference that replaces it. */
export interface ImagePin {
  /** The name as it is rendered: `nginx` does not mean `docker.io/library/nginx` here. */
  readonly name: string;
  /** Without it, the image is pinned under every tag, and without one. */
  readonly tag?: string | undefined;
  /** `REPOSITORY@sha256:...` */
  readonly reference: string;
}

/** Finds the pin of an image, by its exact name, and first by its tag. */
export class PinTable {
  readonly #byKey = new Map<string, ImagePin>();
  readonly #references = new Set<string>();

  /** @throws {SchemaError} `IMAGE_INVALID`; `IMAGE_PIN_FAILED` if two pins contradict each other. */
  constructor(pins: readonly ImagePin[]) {
    for (const pin of pins) this.#add(pin);
  }

  /** The names of all pins. */
  get names(): readonly string[] {
    return [...new Set([...this.#byKey.values()].map(({ name }) => name))];
  }

  find({ name, tag }: ImageText): ImagePin | undefined {
    return (tag === undefined ? undefined : this.#byKey.get(`${name}:${tag}`)) ?? this.#byKey.get(`${name}:`);
  }

  /** Tells whether a text is already what an image would be replaced by. */
  isReference(text: string): boolean {
    return this.#references.has(text);
  }

  #add(pin: ImagePin): void {
    const { name, tag, reference } = pin;
    if (!isImageName(name)) throw new SchemaError('IMAGE_INVALID', `${quote(name)} is not the name of an image`);
    if (tag !== undefined && !isImageTag(tag)) throw new SchemaError('IMAGE_INVALID', `${quote(tag)} is not a tag`);
    parsePinnedImage(reference);
    const key = `${name}:${tag ?? ''}`;
    const known = this.#byKey.get(key);
    if (known !== undefined && known.reference !== reference) throw contradiction(pin, known);
    this.#byKey.set(key, pin);
    this.#references.add(reference);
  }
}

function contradiction({ name, tag, reference }: ImagePin, known: ImagePin): SchemaError {
  const image = quote(tag === undefined ? name : `${name}:${tag}`);
  const message = `the image ${image} cannot be pinned: both ${quote(known.reference)} and ${quote(reference)} are given for it`;
  return new SchemaError('IMAGE_PIN_FAILED', message, { hint: 'If they are two programs under one name, state the tag of each.' });
}
