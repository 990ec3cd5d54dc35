import type { Scalar } from 'yaml';
import { SchemaError } from '../errors.ts';
import { quote } from '../quote.ts';
import { type FoundImage, foundImage, isUnset, rangeOf, textOf } from './find-images.ts';
import { findMentions, type Mention } from './image-mentions.ts';
import type { PinTable } from './image-pins.ts';
import { formatImageText } from './image-text.ts';
import { describeObject, type RenderedObject } from './rendered-object.ts';
import { replaceMentions, respellMentions, respellScalar, type Splice } from './splice-scalar.ts';
import type { VisitedScalar } from './walk-scalars.ts';

/** A place that was pinned. */
export interface PinnedPlace {
  readonly object: RenderedObject;
  readonly path: readonly (string | number)[];
  /** What stood there; equal to `to` if it was pinned before. */
  readonly from: string;
  readonly to: string;
}

/** A pinned image that a text says outside the fields of images, and not by its digest. */
export interface ImageMention {
  readonly object: RenderedObject;
  readonly path: readonly (string | number)[];
  /** The image alone, never the text around it. */
  readonly text: string;
}

/** Plans what changes in the scalars of one document. */
export class PinPlan {
  readonly splices: Map<Scalar, Splice> = new Map();
  readonly pinned: PinnedPlace[] = [];
  readonly others: FoundImage[] = [];
  readonly mentions: ImageMention[] = [];
  readonly #text: string;
  readonly #what: string;
  readonly #pins: PinTable;
  readonly #names: readonly string[];
  /** For scalars that may be shared: a place where each is used for something other than an image. */
  readonly #otherUses = new Map<Scalar, VisitedScalar>();

  constructor(text: string, what: string, pins: PinTable) {
    this.#text = text;
    this.#what = what;
    this.#pins = pins;
    this.#names = pins.names;
  }

  /** @throws {SchemaError} `IMAGE_PIN_FAILED` if the scalar cannot be spelled anew, or would become two images. */
  visit(scalar: VisitedScalar): void {
    if (scalar.isImage) this.#image(scalar);
    else if (scalar.isExtra) this.#extra(scalar);
    else this.#other(scalar);
  }

  /** @throws {SchemaError} `IMAGE_PIN_FAILED` if a scalar that is to change is used for something else too. */
  assertUnshared(): void {
    for (const [node, { expected }] of this.splices) {
      const use = this.#otherUses.get(node);
      if (use === undefined) continue;
      throw this.#failed(use, `an anchor uses the text that becomes ${quote(expected)} for something else too`);
    }
  }

  #image(scalar: VisitedScalar): void {
    if (isUnset(scalar.node)) return this.#other(scalar);
    const found = foundImage(scalar);
    const { text, object, path } = found;
    const to = this.#pins.isReference(text) ? text : found.image && this.#pins.find(found.image)?.reference;
    if (to === undefined) {
      this.others.push(found);
      this.#noteUse(scalar);
      return;
    }
    this.pinned.push({ object, path, from: text, to });
    if (text !== to) this.#splice(scalar, to, (source) => respellScalar(source, scalar.node, text, to));
  }

  #extra(scalar: VisitedScalar): void {
    const text = textOf(scalar.node);
    const mentions = this.#mentionsIn(text);
    if (mentions.length === 0) return this.#noteUse(scalar);
    const replace = ({ image }: Mention): string => this.#pins.find(image)?.reference ?? formatImageText(image);
    const expected = replaceMentions(text, mentions, replace);
    const { object, path } = scalar;
    for (const mention of mentions) {
      this.pinned.push({ object, path: path(), from: formatImageText(mention.image), to: replace(mention) });
    }
    const rule = { replace, find: (spelled: string) => this.#mentionsIn(spelled) };
    this.#splice(scalar, expected, (source) => respellMentions(source, mentions, rule));
  }

  #other(scalar: VisitedScalar): void {
    this.#noteUse(scalar);
    for (const { image } of this.#mentionsIn(textOf(scalar.node))) {
      if (this.#pins.isReference(formatImageText(image))) continue;
      this.mentions.push({ object: scalar.object, path: scalar.path(), text: formatImageText(image) });
    }
  }

  #mentionsIn(text: string): readonly Mention[] {
    return findMentions(text, this.#names).filter(({ image }) => this.#pins.find(image) !== undefined);
  }

  #noteUse(scalar: VisitedScalar): void {
    if (scalar.isShared) this.#otherUses.set(scalar.node, scalar);
  }

  #splice(scalar: VisitedScalar, expected: string, respell: (source: string) => string | undefined): void {
    const [start, end] = rangeOf(scalar.node);
    const replacement = respell(this.#text.slice(start, end));
    if (replacement === undefined) throw this.#failed(scalar, 'the image is spelled over several lines or with escapes');
    const known = this.splices.get(scalar.node);
    if (known !== undefined && known.expected !== expected) throw this.#failed(scalar, 'an anchor makes it two different images');
    this.splices.set(scalar.node, { start, end, replacement, expected });
  }

  #failed({ object, path }: VisitedScalar, why: string): SchemaError {
    const where = `${quote(describeObject(object))} at ${quote(path().join('.'))}`;
    return new SchemaError('IMAGE_PIN_FAILED', `an image in ${this.#what} cannot be pinned: in ${where} ${why}`);
  }
}
