/**
 * Orders two texts by the bytes of their UTF-8, as git, tar and `LC_ALL=C sort` do.
 * JavaScript compares UTF-16 code units, which puts characters beyond the basic plane before U+E000 to U+FFFF.
 */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return fromSurrogate(left) - fromSurrogate(right);
  }
  return a.length - b.length;
}

/** Moves surrogates above every other code unit, where the characters that they stand for belong. */
function fromSurrogate(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
