const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const separator = /(?<=\d)_(?=\d)/g;
const hexadecimal = /^([+-]?)0x_?([\da-f]+(?:_[\da-f]+)*)?(?:\.([\da-f]*))?p([+-]?\d+)$/i;
const infinite = /^([+-]?)inf(?:inity)?$/i;
const notANumber = /^nan$/i;

/**
 * Reads what Go takes for a number, underscores between digits included, or nothing. One that is too large for a float is not a
 * number; the words for infinity are.
 * Source: Go, strconv.ParseFloat, with 64 bits.
 */
export function parseFloat(text: string): number | undefined {
  const digits = text.replaceAll(separator, '');
  if (decimal.test(digits)) return finite(Number(digits));
  const [, sign] = infinite.exec(text) ?? [];
  if (sign !== undefined) return sign === '-' ? -Infinity : Infinity;
  return notANumber.test(text) ? NaN : parseHexadecimal(text);
}

function parseHexadecimal(text: string): number | undefined {
  const [, sign, whole = '', fraction = '', exponent] = hexadecimal.exec(text) ?? [];
  const digits = whole.replaceAll('_', '') + fraction;
  if (digits === '') return undefined;
  const value = Number.parseInt(digits, 16) * 2 ** (Number(exponent) - 4 * fraction.length);
  return finite(sign === '-' ? -value : value);
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
