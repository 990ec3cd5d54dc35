const tryEveryInstant = (process.env['CAPSULE_TEST_EVERY_INSTANT'] ?? '') !== '';

/** Picks about so many of the numbers from 1 to `count`, among them the last, at which things are put in place; on request, all. */
export function someOf(count: number, about: number): readonly number[] {
  const step = tryEveryInstant ? 1 : Math.max(1, count / about);
  const picked = new Set([count, count - 1, count - 2].filter((number) => number > 0));
  for (let number = 1; number <= count; number += step) picked.add(Math.floor(number));
  return [...picked].sort((a, b) => a - b);
}
