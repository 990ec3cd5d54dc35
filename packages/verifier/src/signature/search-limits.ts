/** Bounds on looking for signatures: whoever can write to the repository can attach referrers without end. */
export interface SearchLimits {
  /** Descriptors taken from the list of referrers. */
  readonly maxListed: number;
  /** Referrers opened, with two requests each. */
  readonly maxOpened: number;
  /** Manifests and bundles read in all, in bytes. */
  readonly maxBytes: number;
  /** Failed requests before the store is left alone. */
  readonly maxFailures: number;
}

/** The bounds where none are given. */
export const defaultSearchLimits: SearchLimits = {
  maxListed: 10_000, // a fallback index of 4 MiB holds about as many
  maxOpened: 1_000, // three years of a daily attestation
  maxBytes: 64 * 1024 * 1024, // four bundles of the largest size, or thousands of usual ones
  maxFailures: 3, // each has been retried already
};
