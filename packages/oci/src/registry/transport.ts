import type { Answer, ExchangeContext } from './exchange.ts';
import { isTransientFailure } from './network-failure.ts';
import { isRetryableStatus, parseRetryAfter, withRetries, type Attempt, type RetryContext } from './retry.ts';
import { sendRequest, type RegistryRequest } from './request.ts';
import { refusal } from './status.ts';

/** What it takes to send requests that survive a hiccup. */
export interface Transport {
  readonly exchange: ExchangeContext;
  readonly retry: RetryContext;
}

/**
 * Sends a request, redirects followed, and tries again where the failure may pass. Answers of any other status,
 * 401 and 404 included, are returned.
 * @throws {OciError} `THROTTLED`, `UNAVAILABLE`, `REDIRECT_REFUSED`, `ADDRESS_REFUSED`.
 */
export function sendWithRetries(transport: Transport, request: RegistryRequest, signal?: AbortSignal): Promise<Answer> {
  return withRetries(transport.retry, () => sendOnce(transport, request, signal), signal);
}

/** Sends a request once, redirects followed; a failure that may pass is a value, so that the caller can start over. */
export async function sendOnce(
  transport: Transport,
  request: RegistryRequest,
  signal?: AbortSignal,
): Promise<Attempt<Answer>> {
  try {
    const answer = await sendRequest(request, transport.exchange, signal);
    if (!isRetryableStatus(answer.status)) return { value: answer };
    const retryAfterMs = parseRetryAfter(answer.headers.get('retry-after'), transport.retry.clock.now());
    return { failure: await refusal(answer, { method: request.method }), retryAfterMs };
  } catch (error) {
    if (!isTransientFailure(error)) throw error;
    return { failure: error };
  }
}
