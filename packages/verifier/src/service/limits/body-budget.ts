/** The memory that one request may take for its body, given back when the request has been answered. */
export interface BodyReservation extends Disposable {
  /** Reserves memory for a piece of the body; false where all requests together hold as much as they may. */
  take(bytes: number): boolean;
}

/** What bounds the bodies of all requests that are not answered yet: what was read of one lives as long as the request. */
export interface BodyBudget {
  reserve(): BodyReservation;
}

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
