import type { Descriptor } from './descriptor.ts';
import { OciError } from './errors.ts';

/**
 * Runs the reads and writes of one copy. Errors say on which side they happened, and the first one ends all the
 * other operations, which then fail with it as well.
 */
export class CopySides {
  readonly #failure = new AbortController();
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal === undefined ? this.#failure.signal : AbortSignal.any([signal, this.#failure.signal]);
  }

  read<T>(descriptor: Descriptor, action: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.#run(`could not read ${descriptor.digest} from the source`, action);
  }

  write<T>(descriptor: Descriptor, action: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.#run(`could not write ${descriptor.digest} to the target`, action);
  }

  list<T>(action: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.#run('could not list the copied referrers in the target', action);
  }

  /** Makes a content factory for a write, whose own errors are those of a read. */
  content(
    descriptor: Descriptor,
    open: (signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>,
  ): () => AsyncIterable<Uint8Array> {
    return () => this.#readContent(descriptor, open);
  }

  async *#readContent(
    descriptor: Descriptor,
    open: (signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const chunks = (await this.read(descriptor, open))[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await this.read(descriptor, () => chunks.next());
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      await chunks.return?.();
    }
  }

  async #run<T>(doing: string, action: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      this.#signal.throwIfAborted();
      return await action(this.#signal);
    } catch (error) {
      // A write fails because its content could not be read, a transfer because another one failed: not their doing.
      if (!this.#signal.aborted) this.#failure.abort(locate(doing, error));
      throw this.#signal.reason;
    }
  }
}

function locate(doing: string, error: unknown): unknown {
  if (!(error instanceof OciError)) return error;
  const { code, message, hint } = error;
  return new OciError(code, `${doing}: ${message}`, { ...(hint === undefined ? {} : { hint }), cause: error });
}
