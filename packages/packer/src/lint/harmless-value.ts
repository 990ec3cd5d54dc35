import { isKnownConstant } from './known-constants.ts';
import { isMapping, type Mapping } from './mapping.ts';
import { isPlaceholder, type PlaceholderPlace } from './placeholder.ts';
import { isSopsValue } from './sops.ts';
import { contextOf, noContext, type ValuePlace } from './secret-context.ts';

/** Tells whether a value gives nothing away: empty, encrypted, a placeholder, a known constant, or taken from elsewhere. */
export type IsHarmless = (value: unknown, place: ValuePlace) => boolean;

/** The fields in which a Secret's values stand. `binaryData` is a ConfigMap's, and written by mistake. */
export const dataFields = ['data', 'stringData', 'binaryData'] as const;

/** A value that stands in no Secret yet, as a generator's literal does. */
export const looseValue: ValuePlace = { key: '', isEncoded: false, context: noContext };

/** Tells whether a value that no template makes gives nothing away. */
export function isHarmlessValue(value: unknown, place: ValuePlace = looseValue, written: PlaceholderPlace = {}): boolean {
  if (value === null || value === undefined || value === '') return true;
  if (typeof value === 'number' || typeof value === 'boolean') return isConstant(String(value), place);
  if (typeof value !== 'string') return false;
  const where = { ...written, hasVaultPath: place.context.hasVaultPath };
  const plain = place.isEncoded ? decoded(value) : value;
  return [value, plain].some((text) => isSopsValue(text) || isPlaceholder(text, where)) || isConstant(plain, place);
}

/** Tells whether a text is the value that a specification has for its key. */
export function isConstant(text: string, { key, context }: ValuePlace): boolean {
  return isKnownConstant(key, text, context);
}

/** A value of `data`, `stringData` or `binaryData` that stands there. */
export interface LiteralValue {
  readonly field: string;
  readonly key: string;
}

/** Gets the values of a Secret, or of what is merged into one, that stand there. */
export function literalValues(secret: Mapping, isHarmless: IsHarmless): readonly LiteralValue[] {
  const context = contextOf(secret);
  return dataFields.flatMap((field) => {
    const data = secret[field];
    if (!isMapping(data)) return [];
    const isEncoded = field !== 'stringData';
    return Object.keys(data)
      .filter((key) => !isHarmless(data[key], { key, isEncoded, context }))
      .map((key) => ({ field: `${field}.${key}`, key }));
  });
}

// What is not base64 is no value yet: a placeholder, or a mistake.
function decoded(text: string): string {
  const compact = text.replace(/\s/g, '');
  if (compact.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) return text;
  return Buffer.from(compact, 'base64').toString('utf8');
}
