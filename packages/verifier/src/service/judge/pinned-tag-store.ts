import type { Descriptor, ListedReferrer, OciError } from '@release-capsule/oci';
import type { CapsuleStore } from '../../verify/capsule-store.ts';

/** What a tag was found to point to, or why that cannot be told. */
export type ResolvedTag = { readonly descriptor: Descriptor } | { readonly error: OciError };

/**
 * A store whose one tag has been resolved: the verdict is about what the cache key says, also where the tag moves
 * between the two, and nothing is asked for twice.
 */
export class PinnedTagStore implements CapsuleStore {
  readonly #store: CapsuleStore;
  readonly #tag: string;
  readonly #resolved: ResolvedTag;

  constructor(store: CapsuleStore, tag: string, resolved: ResolvedTag) {
    this.#store = store;
    this.#tag = tag;
    this.#resolved = resolved;
  }

  async resolve(reference: string, signal?: AbortSignal): Promise<Descriptor> {
    if (reference !== this.#tag) return this.#store.resolve(reference, signal);
    if ('error' in this.#resolved) throw this.#resolved.error;
    return this.#resolved.descriptor;
  }

  exists(target: Descriptor, signal?: AbortSignal): Promise<boolean> {
    return this.#store.exists(target, signal);
  }

  fetch(target: Descriptor, signal?: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    return this.#store.fetch(target, signal);
  }

  referrers(subject: Descriptor, artifactType?: string, signal?: AbortSignal): AsyncIterable<ListedReferrer> {
    return this.#store.referrers(subject, artifactType, signal);
  }
}
