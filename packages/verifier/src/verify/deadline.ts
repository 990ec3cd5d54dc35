import { type Descriptor, isManifestType, type ListedReferrer, OciError } from '@release-capsule/oci';
import { capsuleMediaTypes, isDigest } from '@release-capsule/schema';
import type { CapsuleStore } from './capsule-store.ts';

/** Makes a store one that must answer before the deadline. `place` names its repository, for people. */
export type LimitTime = (store: CapsuleStore, place?: string) => CapsuleStore;

/**
 * Begins the time that a verification has, for every store that it reads. A registry that answers each request, slowly,
 * could otherwise hold a promotion for as long as it likes. What is asked for after that fails as if the registry could not
 * be reached: the claim is then unknown, which is an answer, while an abort of the caller's own signal is thrown. The error
 * says what the store still owed, or by what the last try failed.
 * `deadlineMs` is in milliseconds from now; without it stores are returned as they are.
 */
export function withDeadline(deadlineMs: number | undefined): LimitTime {
  if (deadlineMs === undefined) return (store) => store;
  const signal = AbortSignal.timeout(deadlineMs);
  return (store, place = 'the store') => new DeadlineStore(store, { deadlineMs, signal, place });
}

/** What a store was asked for, and for how long, in milliseconds. */
export interface LateAnswer {
  /** The repository. */
  readonly place: string;
  readonly what: string;
  readonly afterMs: number;
}

/**
 * Makes the error of a store whose time is up. Where something else has failed before, that is the reason: a registry that
 * refuses connections until the end was not slow.
 */
export function lateError({ place, what, afterMs }: LateAnswer, cause: unknown): OciError {
  const seconds = `${Number((afterMs / 1000).toFixed(1))} seconds`;
  if (cause instanceof OciError) return isTransient(cause) ? triedUntil(seconds, cause) : cause;
  return new OciError('UNAVAILABLE', `${place} has not sent ${what} within ${seconds}`, {
    hint: 'Check that the registry is up and can be reached from here. To allow more time: verify --timeout, serve --deadline.',
    cause,
  });
}

function isTransient({ code }: OciError): boolean {
  return code === 'UNAVAILABLE' || code === 'THROTTLED';
}

function triedUntil(seconds: string, cause: OciError): OciError {
  const { code, message, hint } = cause;
  return new OciError(code, `${message}; tried for ${seconds}`, { ...(hint !== undefined && { hint }), cause });
}

/** Names what a tag or digest is asked for. */
export function manifestText(reference: string): string {
  return isDigest(reference) ? `the manifest ${reference}` : `the manifest of the tag ${reference}`;
}

interface DeadlineStoreOptions {
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
  readonly place: string;
}

class DeadlineStore implements CapsuleStore {
  readonly #store: CapsuleStore;
  readonly #options: DeadlineStoreOptions;

  constructor(store: CapsuleStore, options: DeadlineStoreOptions) {
    this.#store = store;
    this.#options = options;
  }

  resolve(reference: string, signal?: AbortSignal): Promise<Descriptor> {
    return this.#beforeDeadline({ what: manifestText(reference), signal }, (both) => this.#store.resolve(reference, both));
  }

  exists(target: Descriptor, signal?: AbortSignal): Promise<boolean> {
    return this.#beforeDeadline({ what: contentText(target), signal }, (both) => this.#store.exists(target, both));
  }

  fetch(target: Descriptor, signal?: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const asked = { what: contentText(target), signal };
    return this.#beforeDeadline(asked, async (both) => {
      const content = await this.#store.fetch(target, both);
      return ReadableStream.from(this.#relay(content, asked));
    });
  }

  referrers(subject: Descriptor, artifactType?: string, signal?: AbortSignal): AsyncIterable<ListedReferrer> {
    const what = `the list of signatures and attestations of ${subject.digest}`;
    return this.#relay(this.#store.referrers(subject, artifactType, this.#both(signal)), { what, signal });
  }

  async #beforeDeadline<Result>(asked: Asked, act: (both: AbortSignal) => Promise<Result>): Promise<Result> {
    try {
      this.#options.signal.throwIfAborted();
      return await act(this.#both(asked.signal));
    } catch (error) {
      throw this.#tell(error, asked);
    }
  }

  async *#relay<Item>(items: AsyncIterable<Item>, asked: Asked): AsyncGenerator<Item, void, undefined> {
    const { signal: deadline } = this.#options;
    try {
      deadline.throwIfAborted();
      for await (const item of items) {
        deadline.throwIfAborted();
        yield item;
      }
    } catch (error) {
      throw this.#tell(error, asked);
    }
  }

  #both(signal: AbortSignal | undefined): AbortSignal {
    const { signal: deadline } = this.#options;
    return signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
  }

  #tell(error: unknown, { what, signal }: Asked): unknown {
    const { signal: deadline, place, deadlineMs } = this.#options;
    if (!deadline.aborted || signal?.aborted === true) return error;
    return lateError({ place, what, afterMs: deadlineMs }, error);
  }
}

/** What is asked for, and the caller's own signal. */
interface Asked {
  readonly what: string;
  readonly signal: AbortSignal | undefined;
}

function contentText({ mediaType, digest }: Descriptor): string {
  if (mediaType === capsuleMediaTypes.layer) return `the layer ${digest}`;
  return isManifestType(mediaType) ? `the manifest ${digest}` : `the content ${digest}`;
}
