import type { Draw } from './draw.ts';

/** Letters that Go folds onto others, though JavaScript may not: Kelvin, long s, and the two letters i of Turkish. */
const folded: Readonly<Record<string, string>> = { k: '\u212a', s: '\u017f', i: '\u0131', I: '\u0130' };

/** Writes the name of a field otherwise; most of these Go takes for the same. */
export function respellKey(key: string, draw: Draw): string {
  return draw.pick<() => string>([
    () => key.toUpperCase(),
    () => key.toLowerCase(),
    () => `${key.charAt(0).toUpperCase()}${key.slice(1)}`,
    () => swapOne(key, draw),
    () => swapOne(key, draw),
    () => foldOne(key, draw),
    () => foldOne(key, draw),
    () => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    () => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    () => ` ${key}`,
    () => `${key} `,
    () => `${key}\u200b`,
    () => `\ufeff${key}`,
    () => `${key}s`,
    () => key.replace(/s$/, ''),
    () => key.normalize('NFD'),
    () => `x-${key}`,
  ])();
}

function swapOne(key: string, draw: Draw): string {
  const at = draw.below(key.length);
  const letter = key.charAt(at);
  const swapped = letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();
  return `${key.slice(0, at)}${swapped}${key.slice(at + 1)}`;
}

function foldOne(key: string, draw: Draw): string {
  const places = key.split('').flatMap((letter, at) => (letter in folded ? [at] : []));
  const at = draw.pickAny(places);
  if (at === undefined) return swapOne(key, draw);
  return `${key.slice(0, at)}${folded[key.charAt(at)] ?? ''}${key.slice(at + 1)}`;
}

/** Writes a key down in a way that YAML permits, beside the plain one. */
export function oddKey(key: string, draw: Draw): string {
  return draw.pick<() => string>([
    () => `"${key}":`,
    () => `'${key}':`,
    () => `"${escapeOne(key, draw)}":`,
    () => `${key} :`,
    () => `${key}:\t`,
    () => `!!str ${key}:`,
    () => `! ${key}:`,
    () => `&key ${key}:`,
    () => `? ${key}\n:`,
    () => `? "${key}"\n:`,
    () => `!!binary ${Buffer.from(key).toString('base64')}:`,
    () => `${key}:#`,
  ])();
}

/** Writes one character of a text as an escape of a text in double quotes. */
export function escapeOne(text: string, draw: Draw): string {
  const at = draw.below(Math.max(1, text.length));
  const code = text.charCodeAt(at);
  if (Number.isNaN(code)) return text;
  const digits = (count: number): string => code.toString(16).padStart(count, '0');
  const escapes = [`\\u${digits(4)}`, `\\U${digits(8)}`, ...(code < 256 ? [`\\x${digits(2)}`] : [])];
  return `${text.slice(0, at)}${draw.pickAny(escapes) ?? ''}${text.slice(at + 1)}`;
}
