import type { BodyBudget } from '../http/read-body.ts';

/** Makes a budget for the bodies that are being read at one time, in bytes: many clients may each send a large one. */
export function makeBodyBudget(maxBytes: number): BodyBudget {
  let held = 0;
  return {
    take(bytes) {
      if (held + bytes > maxBytes) return false;
      held += bytes;
      return true;
    },
    give(bytes) {
      held -= bytes;
    },
  };
}
