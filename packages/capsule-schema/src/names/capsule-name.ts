import { SchemaError } from '../errors.ts';
import { quote } from '../quote.ts';

const namePattern = /^[a-z0-9](?:[a-z0-9._-]{0,126}[a-z0-9])?$/;

/**
 * Parses a capsule's name.
 * Source: docs/format.md, "Identity".
 * @throws {SchemaError} `NAME_INVALID`.
 */
export function parseCapsuleName(text: string): string {
  if (namePattern.test(text)) return text;
  throw new SchemaError('NAME_INVALID', `${quote(text)} cannot name a capsule`, {
    hint: 'Use 1 to 128 lower-case letters, digits, ".", "_" and "-", beginning and ending with a letter or digit.',
  });
}
