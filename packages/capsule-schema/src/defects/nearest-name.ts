import { editDistance } from './edit-distance.ts';

const maxDistance = 2; // a slip of two keys; more is another word

/** Finds the name that a mistyped one was probably meant to be: the nearest by edits, in any case of letters. */
export function nearestName(typed: string, names: readonly string[]): string | undefined {
  if (typed.length > 64) return undefined; // no key is as long, and the distance costs the product of the lengths
  let nearest: string | undefined;
  let least = maxDistance + 1;
  for (const name of names) {
    const distance = editDistance(typed.toLowerCase(), name.toLowerCase());
    if (distance < least && distance < name.length / 2) [nearest, least] = [name, distance];
  }
  return nearest;
}
