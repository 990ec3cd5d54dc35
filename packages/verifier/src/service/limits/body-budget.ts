import type { BodyBudget } from '../http/read-body.ts';

/** Makes a budget for the bodies of all requests that are not answered yet, in bytes: many clients may each send a large one. */
export function makeBodyBudget(maxBytes: number): BodyBudget {
  let held = 0;
  return {
    reserve() {
      let taken = 0;
      return {
        take(bytes) {
          if (held + bytes > maxBytes) return false;
          held += bytes;
          taken += bytes;
          return true;
        },
        [Symbol.dispose]() {
          held -= taken;
          taken = 0;
        },
      };
    },
  };
}
