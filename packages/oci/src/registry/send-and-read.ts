import { readBounded } from '../read-bounded.ts';
import type { Answer } from './exchange.ts';
import { isTransientFailure } from './network-failure.ts';
import { withRetries, type Attempt, type RetryContext } from './retry.ts';

/** What is read, and how much of it at most. */
export interface ReadOptions {
  readonly maxBytes: number;
  /** Names the body in messages. */
  readonly what: string;
  readonly signal?: AbortSignal | undefined;
}

/** An answer and, where it is a 200, the whole of its body. */
export interface ReadAnswer {
  readonly answer: Answer;
  readonly bytes: Uint8Array | undefined;
}

/**
 * Sends a request and reads the whole body of a 200; starts over where the connection breaks on the way. The body of
 * another status is left unread.
 * @throws {OciError} `LIMIT_EXCEEDED`, and what `send` throws.
 */
export function sendAndRead(
  retry: RetryContext,
  send: () => Promise<Attempt<Answer>>,
  options: ReadOptions,
): Promise<ReadAnswer> {
  return withRetries(retry, async () => readAnswer(await send(), options), options.signal);
}

async function readAnswer(tried: Attempt<Answer>, { maxBytes, what }: ReadOptions): Promise<Attempt<ReadAnswer>> {
  if ('failure' in tried) return tried;
  const answer = tried.value;
  if (answer.status !== 200) return { value: { answer, bytes: undefined } };
  try {
    return { value: { answer, bytes: await readBounded(answer.body, maxBytes, what) } };
  } catch (error) {
    if (!isTransientFailure(error)) throw error;
    return { failure: error };
  }
}
