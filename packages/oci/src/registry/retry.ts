import type { OciError } from '../errors.ts';
import type { Clock } from './clock.ts';

/** How often and how patiently a failed request is tried again. */
export interface RetryPolicy {
  /** All tries together; 1 means no retry. */
  readonly attempts: number;
  /** Delay before the second try, in milliseconds; doubles with each further one. */
  readonly baseDelayMs: number;
  /** Longest delay of our own choosing, in milliseconds. */
  readonly maxDelayMs: number;
  /** Longest delay that a registry's Retry-After can impose, in milliseconds; a longer one ends the tries. */
  readonly maxRetryAfterMs: number;
}

/** Four tries within some seconds: a hiccup passes, an outage is reported while somebody still waits. */
export const defaultRetryPolicy: RetryPolicy = {
  attempts: 4,
  baseDelayMs: 300,
  maxDelayMs: 5_000,
  maxRetryAfterMs: 60_000,
};

/** Policy and clock, as they travel together. */
export interface RetryContext {
  readonly policy: RetryPolicy;
  readonly clock: Clock;
}

/** How one try ended: with a value, or with a failure that may pass. A failure that cannot pass is thrown. */
export type Attempt<T> =
  | { readonly value: T }
  | { readonly failure: OciError; readonly retryAfterMs?: number | undefined };

const retryableStatuses: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/** Tells whether the same request may well succeed a little later. */
export function isRetryableStatus(status: number): boolean {
  return retryableStatuses.has(status);
}

/**
 * Tries until a try gives a value; waits between tries with exponential delays and full jitter, or as long as the
 * registry asks.
 * @throws {OciError} the last failure, also where a timeout ends the tries: it says more than that the time is over. Any
 * other abort is thrown as it is.
 */
export async function withRetries<T>(
  context: RetryContext,
  attempt: () => Promise<Attempt<T>>,
  signal?: AbortSignal,
): Promise<T> {
  const { policy, clock } = context;
  let failure: OciError | undefined;
  try {
    for (let tried = 1; ; tried++) {
      signal?.throwIfAborted();
      const outcome = await attempt();
      if ('value' in outcome) return outcome.value;
      failure = outcome.failure;
      const delayMs = outcome.retryAfterMs ?? backoffMs(context, tried);
      if (tried >= policy.attempts || (outcome.retryAfterMs ?? 0) > policy.maxRetryAfterMs) throw failure;
      await clock.sleep(delayMs, signal);
    }
  } catch (error) {
    throw isTimeout(error) ? (failure ?? error) : error;
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'TimeoutError'; // the reason of AbortSignal.timeout
}

/** Chooses the delay after the `tried`th failure, in milliseconds: half of the exponential step, and jitter on top. */
export function backoffMs({ policy, clock }: RetryContext, tried: number): number {
  const step = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** Math.min(tried - 1, 30));
  return Math.round(step / 2 + clock.random() * (step / 2));
}

/**
 * Reads Retry-After, in seconds or as a date, into milliseconds from `now`; undefined where it says nothing usable.
 * Source: RFC 9110, section 10.2.3.
 */
export function parseRetryAfter(value: string | null, now: number): number | undefined {
  const text = value?.trim() ?? '';
  if (/^[0-9]{1,9}$/.test(text)) return Number(text) * 1000;
  // Date.parse takes almost anything for a date ("-5", "12:00"); an HTTP date begins with the day's name.
  if (!/^[A-Z][a-z]{2,8},? /.test(text)) return undefined;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
