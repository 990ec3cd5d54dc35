import { SchemaError } from '../errors.ts';
import { isSameBut } from './compare-nodes.ts';
import { defaultWhat, type FindImagesOptions, type FoundImage } from './find-images.ts';
import { FieldTable, type ImageField, imageFields } from './image-fields.ts';
import { type ImagePin, PinTable } from './image-pins.ts';
import { type ImageMention, type PinnedPlace, PinPlan } from './plan-pins.ts';
import { assertRenderedYaml, renderedDocuments } from './rendered-yaml.ts';
import { applySplices, type Splice } from './splice-scalar.ts';
import { visitBudget, walkScalars } from './walk-scalars.ts';

/** How {@link pinImages} reads, and what it changes. */
export interface PinImagesOptions extends FindImagesOptions {
  /** Fields in whose text pinned images are replaced wherever they stand with a tag: environment, arguments, ConfigMaps. */
  readonly alsoIn?: readonly ImageField[] | undefined;
}

/** A stream of rendered objects in which images are pinned. */
export interface PinnedText {
  readonly text: string;
  readonly pinned: readonly PinnedPlace[];
  /** The images that no pin covers; another tag than that of the pin is one. */
  readonly others: readonly FoundImage[];
  /** Where a pinned image is named with a tag outside the fields of images, and was left so. */
  readonly mentions: readonly ImageMention[];
}

/**
 * Replaces images in a stream of rendered Kubernetes objects by their digests. Nothing but the bytes of the scalars that
 * name them is changed, all at once, so that no replacement is replaced again. The result is parsed and compared with the
 * original: it differs in those scalars alone.
 * @throws {SchemaError} `YAML_INVALID`, `YAML_TOO_LARGE`, `IMAGE_FIELD_INVALID`, `IMAGE_INVALID`; `IMAGE_PIN_FAILED` if
 * something else would change too.
 */
export function pinImages(text: string, pins: readonly ImagePin[], options: PinImagesOptions = {}): PinnedText {
  const { what = defaultWhat, imageFields: more = [], alsoIn = [] } = options;
  const table = new PinTable(pins);
  const fields = { images: new FieldTable([...imageFields, ...more]), extra: new FieldTable(alsoIn) };
  const walk = { what, ...fields, budget: visitBudget(assertRenderedYaml(text, what)) };
  const plans: PinPlan[] = [];
  for (const document of renderedDocuments(text, what)) {
    const plan = new PinPlan(text, what, table);
    walkScalars(document, walk, (scalar) => plan.visit(scalar));
    plan.assertUnshared();
    plans.push(plan);
  }
  const splices = plans.flatMap((plan) => [...plan.splices.values()]).sort((a, b) => a.start - b.start);
  const result = applySplices(text, splices);
  if (splices.length > 0) assertNothingElseChanged(text, result, splices, what);
  return {
    text: result,
    pinned: plans.flatMap((plan) => plan.pinned),
    others: plans.flatMap((plan) => plan.others),
    mentions: plans.flatMap((plan) => plan.mentions),
  };
}

function assertNothingElseChanged(before: string, after: string, splices: readonly Splice[], what: string): void {
  const expected = new Map(splices.map((splice) => [splice.start, splice.expected]));
  const results = renderedDocuments(after, what);
  for (const document of renderedDocuments(before, what)) {
    const result = results.next();
    if (result.done === true || !isSameBut(document, result.value, expected)) throw changed(what);
  }
  if (results.next().done !== true) throw changed(what);
}

function changed(what: string): SchemaError {
  const message = `the images in ${what} cannot be pinned: something else in the objects would change with them`;
  return new SchemaError('IMAGE_PIN_FAILED', message, { hint: 'Write each image as plain text on the line of its key.' });
}
