import { type Document, isAlias, isMap, isPair, isScalar, isSeq, type Scalar } from 'yaml';

/** The texts that scalars must have in the second document, by where they begin in the first. */
export type ExpectedTexts = ReadonlyMap<number, string>;

/**
 * Tells whether two documents differ only in the scalars that were meant to change, and these have the expected texts.
 * Compared are structure, order, tags, anchors and the spelling of every other scalar.
 */
export function isSameBut(before: Document.Parsed, after: Document.Parsed, expected: ExpectedTexts): boolean {
  return isSameNode(before.contents, after.contents, expected);
}

function isSameNode(before: unknown, after: unknown, expected: ExpectedTexts): boolean {
  if (isPair(before)) {
    return isPair(after) && isSameNode(before.key, after.key, expected) && isSameNode(before.value, after.value, expected);
  }
  if (isAlias(before)) return isAlias(after) && before.source === after.source;
  if (isScalar(before)) return isScalar(after) && hasSameProperties(before, after) && isSameScalar(before, after, expected);
  if (isMap(before)) return isMap(after) && hasSameProperties(before, after) && isSameList(before.items, after.items, expected);
  if (isSeq(before)) return isSeq(after) && hasSameProperties(before, after) && isSameList(before.items, after.items, expected);
  return (before ?? null) === (after ?? null);
}

function isSameList(before: readonly unknown[], after: readonly unknown[], expected: ExpectedTexts): boolean {
  return before.length === after.length && before.every((item, index) => isSameNode(item, after[index], expected));
}

function isSameScalar(before: Scalar, after: Scalar, expected: ExpectedTexts): boolean {
  const text = expected.get(before.range?.[0] ?? -1);
  if (text !== undefined) return after.value === text;
  return before.type === after.type && before.source === after.source && isSameValue(before.value, after.value);
}

/** Only tags make values other than text; the same spelling under the same tag gives the same value. */
function isSameValue(before: unknown, after: unknown): boolean {
  return before === after || (typeof before === 'object' && typeof after === 'object');
}

interface Properties {
  readonly tag?: string | undefined;
  readonly anchor?: string | undefined;
}

function hasSameProperties(before: Properties, after: Properties): boolean {
  return before.tag === after.tag && before.anchor === after.anchor;
}
