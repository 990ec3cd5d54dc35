import { type Descriptor, type ListedReferrer, OciError } from '@release-capsule/oci';
import type { CapsuleStore } from './capsule-store.ts';

/**
 * Begins the time that a verification has, for every store that it reads. A registry that answers each request, slowly,
 * could otherwise hold a promotion for as long as it likes. What is asked for after that fails as if nobody could be
 * reached: the claim is then unknown, which is an answer, while an abort of the caller's own signal is thrown.
 * `deadlineMs` is in milliseconds from now; without it stores are returned as they are.
 */
export function startDeadline(deadlineMs: number | undefined): (store: CapsuleStore) => CapsuleStore {
  if (deadlineMs === undefined) return (store) => store;
  const signal = AbortSignal.timeout(deadlineMs);
  return (store) => new HurriedStore(store, { deadlineMs, signal });
}

class HurriedStore implements CapsuleStore {
  readonly #store: CapsuleStore;
  readonly #deadlineMs: number;
  readonly #deadline: AbortSignal;

  constructor(store: CapsuleStore, { deadlineMs, signal }: { readonly deadlineMs: number; readonly signal: AbortSignal }) {
    this.#store = store;
    this.#deadlineMs = deadlineMs;
    this.#deadline = signal;
  }

  resolve(reference: string, signal?: AbortSignal): Promise<Descriptor> {
    return this.#hurry(signal, (both) => this.#store.resolve(reference, both));
  }

  exists(target: Descriptor, signal?: AbortSignal): Promise<boolean> {
    return this.#hurry(signal, (both) => this.#store.exists(target, both));
  }

  fetch(target: Descriptor, signal?: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    return this.#hurry(signal, async (both) => {
      const content = await this.#store.fetch(target, both);
      return ReadableStream.from(this.#relay(content, signal));
    });
  }

  referrers(subject: Descriptor, artifactType?: string, signal?: AbortSignal): AsyncIterable<ListedReferrer> {
    return this.#relay(this.#store.referrers(subject, artifactType, this.#both(signal)), signal);
  }

  async #hurry<Result>(
    signal: AbortSignal | undefined,
    act: (both: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    try {
      this.#deadline.throwIfAborted();
      return await act(this.#both(signal));
    } catch (error) {
      throw this.#tell(error, signal);
    }
  }

  async *#relay<Item>(items: AsyncIterable<Item>, signal: AbortSignal | undefined): AsyncGenerator<Item, void, undefined> {
    try {
      this.#deadline.throwIfAborted();
      for await (const item of items) {
        this.#deadline.throwIfAborted();
        yield item;
      }
    } catch (error) {
      throw this.#tell(error, signal);
    }
  }

  #both(signal: AbortSignal | undefined): AbortSignal {
    return signal === undefined ? this.#deadline : AbortSignal.any([signal, this.#deadline]);
  }

  #tell(error: unknown, signal: AbortSignal | undefined): unknown {
    if (!this.#deadline.aborted || signal?.aborted === true) return error;
    return new OciError('UNAVAILABLE', `the verification has taken longer than ${this.#deadlineMs / 1000} seconds`, {
      hint: 'Try again, or give it more time: --timeout SECONDS.',
      cause: error,
    });
  }
}
