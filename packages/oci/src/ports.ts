import type { Descriptor } from './descriptor.ts';

/** Reads content by descriptor. */
export interface Fetcher {
  /**
   * Opens the content of `target`. The stream checks size and digest as it is read and errors at its end where
   * they differ: what has been read counts only once the stream has closed.
   * @throws {OciError} `BLOB_UNKNOWN`, and in the stream `SIZE_MISMATCH`, `DIGEST_MISMATCH`.
   */
  fetch(target: Descriptor, signal?: AbortSignal): Promise<ReadableStream<Uint8Array>>;
}

/** Writes content by descriptor. */
export interface Pusher {
  /**
   * Stores `content` under `expected`; content that is there already is left as it is.
   * `content` is a factory, since a retry reads it again.
   * @throws {OciError} `SIZE_MISMATCH`, `DIGEST_MISMATCH` where the content is not what `expected` says.
   */
  push(expected: Descriptor, content: () => AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<void>;
}

/** A store that can be read: content by descriptor, descriptors by reference. */
export interface ReadableStore extends Fetcher {
  /**
   * Finds what a tag or digest points to, and returns its descriptor; a small manifest comes along in `data`, so
   * that resolving and fetching it cost one request.
   * @throws {OciError} `REFERENCE_UNKNOWN`.
   */
  resolve(reference: string, signal?: AbortSignal): Promise<Descriptor>;
  exists(target: Descriptor, signal?: AbortSignal): Promise<boolean>;
}

/** A store that can be read and written. */
export interface Store extends ReadableStore, Pusher {
  /** Points `tag` at `target`, which must be there. Moves a tag that exists: callers that must not, resolve first. */
  tag(target: Descriptor, tag: string, signal?: AbortSignal): Promise<void>;
}

/** Sets only tags that do not exist yet: what a store offers that can hold several writers apart. */
export interface TagCreator {
  /**
   * Points a new tag at `target`, which must be there; does nothing where the tag names it already.
   * @throws {OciError} `TAG_CONFLICT` where the tag names something else, also where another writer set it just now.
   */
  createTag(target: Descriptor, tag: string, signal?: AbortSignal): Promise<void>;
}

/** Lists several referrers at once: what a store offers where every referrer that is listed costs a write of its own. */
export interface ReferrerBatcher {
  /**
   * Does `work` with a store that lists the referrers pushed to it once all of them are there, those of one subject in one
   * write. Where `work` throws, none is listed.
   */
  pushTogether<T>(work: (store: Store & ReferrerLister) => Promise<T>, signal?: AbortSignal): Promise<T>;
}

/** What a list of referrers was read from. */
export type ReferrerSource = 'referrers-api' | 'fallback-tag' | 'layout';

/** A referrer as it was listed. */
export interface ListedReferrer extends Descriptor {
  /** Absent where the store knows one way alone. It is the store's own word, never the list's. */
  readonly listedBy?: ReferrerSource;
}

/** Lists the manifests whose `subject` is a given manifest. */
export interface ReferrerLister {
  /**
   * Lists the referrers of `subject`, all of them or those of one artifact type, in the store's own order.
   * Source: OCI distribution-spec v1.1.1, "Listing Referrers".
   */
  referrers(subject: Descriptor, artifactType?: string, signal?: AbortSignal): AsyncIterable<ListedReferrer>;
}
