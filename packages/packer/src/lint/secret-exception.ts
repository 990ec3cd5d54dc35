import { quote } from '@release-capsule/schema';
import { PackError } from '../errors.ts';

/** The place of one value: what an exception names. */
export interface SecretPlace {
  readonly file: string;
  readonly kind: string;
  readonly name: string;
  readonly key: string;
}

const form = /^[^#]+#(?:Secret|SecretGenerator)\/[^#/]*\/[^#/]+(?:#[1-9]\d{0,5})?$/;

/**
 * Spells the exceptions of values, `FILE#Kind/name/key`. Names that templates make are spelled as they stand in the
 * file. Where one file gives a second value the same place, its exception ends in `#2`: each names one value.
 */
export function spellExceptions(places: readonly SecretPlace[]): readonly string[] {
  const seen = new Map<string, number>();
  return places.map(({ file, kind, name, key }) => {
    const spelt = `${escapeFile(file)}#${kind}/${escapePart(name)}/${escapePart(key)}`;
    const count = (seen.get(spelt) ?? 0) + 1;
    seen.set(spelt, count);
    return count === 1 ? spelt : `${spelt}#${count}`;
  });
}

/**
 * Checks that each exception names one value.
 * @throws {PackError} `OPTION_INVALID`.
 */
export function assertSecretExceptions(exceptions: readonly string[]): void {
  const wrong = exceptions.find((text) => !form.test(text));
  if (wrong === undefined) return;
  throw new PackError('OPTION_INVALID', `the secret value ${quote(wrong)} is not FILE#Kind/name/key`, {
    hint: 'An exception names one value, never a whole file: app/db.yaml#Secret/db/password. The refusal spells each.',
  });
}

// What separates the parts, and what does not show, is written as in a URL: two places never share a spelling.
function escapePart(text: string): string {
  return escapeFile(text).replaceAll('/', '%2F');
}

function escapeFile(text: string): string {
  return text.replace(/[%#\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, encode);
}

function encode(character: string): string {
  return [...Buffer.from(character.toWellFormed())].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}
