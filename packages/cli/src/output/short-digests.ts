// A digest, or the id of a commit: as long as those are, and no part of something longer.
const longHex = /(?<![0-9a-zA-Z])(?:[0-9a-f]{64}|[0-9a-f]{40})(?![0-9a-zA-Z])/g;
const shownDigits = 12;

/**
 * Cuts digests and commit ids to twelve digits, which a person compares. Those that would look the same and are not are left
 * whole: it takes hours to make a second digest that begins with the same twelve digits.
 * @param isWhole tells which lines are left as they are.
 */
export function shortenDigests(lines: readonly string[], isWhole: (line: string) => boolean = () => false): readonly string[] {
  const all = new Set(lines.flatMap((line) => line.match(longHex) ?? []));
  const sharing = new Map<string, number>();
  for (const digits of all) sharing.set(digits.slice(0, shownDigits), (sharing.get(digits.slice(0, shownDigits)) ?? 0) + 1);
  const cut = (digits: string): string => (sharing.get(digits.slice(0, shownDigits)) === 1 ? digits.slice(0, shownDigits) : digits);
  return lines.map((line) => (isWhole(line) ? line : line.replaceAll(longHex, cut)));
}
