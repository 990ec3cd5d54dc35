import type { Descriptor } from './descriptor.ts';
import { createDigester, digestAlgorithm, type Digester } from './digest.ts';
import { OciError } from './errors.ts';

/** What is checked while it is read: the size and the digest of a descriptor. */
export type ExpectedContent = Pick<Descriptor, 'digest' | 'size'>;

/** Content that can tell what it means that it is not what it should be. */
export interface ExplainedContent extends AsyncIterable<Uint8Array> {
  explainMismatch?(error: OciError): OciError;
}

/**
 * Passes content on while checking it against size and digest. The content counts only once the iteration has
 * ended without an error.
 * @throws {OciError} `SIZE_MISMATCH` as soon as it is too long, or at its end where it is too short;
 * `DIGEST_MISMATCH` at its end.
 */
export async function* verifyContent(
  expected: ExpectedContent,
  content: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const check = new ContentCheck(expected);
  signal?.throwIfAborted();
  for await (const chunk of content) {
    signal?.throwIfAborted();
    check.take(chunk);
    yield chunk;
  }
  check.end();
}

/**
 * Wraps content in a stream that checks it against size and digest as {@link verifyContent} does. Cancelling the
 * stream ends the content's iteration, also when nothing was read from it yet.
 */
export function verifiedStream(
  expected: ExpectedContent,
  content: ExplainedContent,
  signal?: AbortSignal,
): ReadableStream<Uint8Array> {
  const check = new ContentCheck(expected);
  const chunks = content[Symbol.asyncIterator]();
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    try {
      signal?.throwIfAborted();
      const next = await chunks.next();
      if (next.done !== true) {
        check.take(next.value);
        return controller.enqueue(next.value);
      }
      check.end();
      controller.close();
    } catch (error) {
      await chunks.return?.();
      throw isMismatch(error) ? (content.explainMismatch?.(error) ?? error) : error;
    }
  };
  // Nothing is read ahead: a stream that is opened and never read costs nothing but its source.
  return new ReadableStream({ pull, cancel: async () => void (await chunks.return?.()) }, { highWaterMark: 0 });
}

function isMismatch(error: unknown): error is OciError {
  return error instanceof OciError && (error.code === 'DIGEST_MISMATCH' || error.code === 'SIZE_MISMATCH');
}

/** Counts and hashes content as it passes. */
class ContentCheck {
  readonly #expected: ExpectedContent;
  readonly #digester: Digester;
  #taken = 0;

  constructor(expected: ExpectedContent) {
    this.#expected = expected;
    this.#digester = createDigester(digestAlgorithm(expected.digest));
  }

  take(chunk: Uint8Array): void {
    this.#taken += chunk.length;
    if (this.#taken > this.#expected.size) throw this.#sizeMismatch('at least');
    this.#digester.update(chunk);
  }

  end(): void {
    if (this.#taken !== this.#expected.size) throw this.#sizeMismatch('only');
    const digest = this.#digester.digest();
    if (digest === this.#expected.digest) return;
    throw new OciError('DIGEST_MISMATCH', `the content of ${this.#expected.digest} hashes to ${digest}`, {
      hint: 'The content was changed or damaged where it is stored or on the way. Do not use it.',
    });
  }

  #sizeMismatch(comparison: string): OciError {
    const { digest, size } = this.#expected;
    const message = `the content of ${digest} has ${comparison} ${this.#taken} bytes, wanted ${size}`;
    return new OciError('SIZE_MISMATCH', message, {
      hint: 'The content was cut off, changed or damaged where it is stored or on the way. Do not use it.',
    });
  }
}
