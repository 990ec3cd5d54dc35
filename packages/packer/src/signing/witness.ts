import type { Bundle, RFC3161SignedTimestamp, TransparencyLogEntry } from '@sigstore/bundle';

/**
 * Vouches for a signature: a transparency log or a timestamp authority, as those of @sigstore/sign do. Stated here
 * because their own declarations do not compile where declarations of libraries are checked.
 */
export interface Witness {
  /** What it is, where a format cannot hold the word of every kind. */
  readonly kind?: 'rekor-v1' | 'rekor-v2' | 'timestamp';
  testify(signature: Bundle['content'], publicKey: string): Promise<Testimony>;
}

/** What a witness adds to a bundle. */
export interface Testimony {
  readonly tlogEntries?: TransparencyLogEntry[];
  readonly rfc3161Timestamps?: RFC3161SignedTimestamp[];
}
