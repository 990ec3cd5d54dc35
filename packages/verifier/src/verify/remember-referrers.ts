import type { Descriptor, ListedReferrer } from '@release-capsule/oci';
import type { CapsuleStore } from './capsule-store.ts';

/**
 * Lets a store list the referrers of a manifest once, however many claims look through them. Only a list that was read to
 * its end is remembered: after a failure the next claim asks again. Nothing is kept beyond one verification.
 */
export function rememberReferrers(store: CapsuleStore): CapsuleStore {
  return new RememberingStore(store);
}

class RememberingStore implements CapsuleStore {
  readonly #store: CapsuleStore;
  readonly #lists = new Map<string, readonly ListedReferrer[]>();

  constructor(store: CapsuleStore) {
    this.#store = store;
  }

  resolve(reference: string, signal?: AbortSignal): Promise<Descriptor> {
    return this.#store.resolve(reference, signal);
  }

  exists(target: Descriptor, signal?: AbortSignal): Promise<boolean> {
    return this.#store.exists(target, signal);
  }

  fetch(target: Descriptor, signal?: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    return this.#store.fetch(target, signal);
  }

  async *referrers(subject: Descriptor, artifactType?: string, signal?: AbortSignal): AsyncGenerator<ListedReferrer, void, undefined> {
    const key = JSON.stringify([subject.digest, artifactType]);
    const known = this.#lists.get(key);
    if (known !== undefined) {
      yield* known;
      return;
    }
    const list: ListedReferrer[] = [];
    for await (const referrer of this.#store.referrers(subject, artifactType, signal)) {
      list.push(referrer); // whoever takes them has a bound, and ends this loop at it
      yield referrer;
    }
    this.#lists.set(key, list);
  }
}
