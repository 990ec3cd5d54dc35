import type { HostList } from './host-list.ts';
import { networkFailure, stalled } from './network-failure.ts';
import type { Fetch, FetchInit, RegistryTimeouts, SentRequest } from './options.ts';
import { redactUrl } from './redact.ts';
import { createWatchdog, type Watchdog } from './watchdog.ts';

/** A request body that can be sent again. */
export interface RequestBody {
  /** In bytes; the chunks hold exactly as many. */
  readonly size: number;
  chunks(): AsyncIterable<Uint8Array>;
}

/** One HTTP request, to one URL. */
export interface WireRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: RequestBody | undefined;
}

/** The answer to a {@link WireRequest}. Its body is either read to the end or discarded. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Where the answer is from, after redirects. */
  readonly url: URL;
  /** What was sent as `Authorization`, for what must not show it. */
  readonly authorization?: string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
  discard(): Promise<void>;
}

/** What each exchange needs to know. */
export interface ExchangeContext {
  readonly timeouts: RegistryTimeouts;
  readonly userAgent: string;
  readonly fetch: Fetch;
  /** Internal hosts that others may send us to. */
  readonly allowedHosts: HostList;
  readonly onRequest?: ((request: SentRequest) => void) | undefined;
}

/**
 * Sends one request and returns the head of its answer; follows nothing, retries nothing.
 * @throws {OciError} `UNAVAILABLE` where the network fails or the peer stalls, then or while the body is read;
 * `ADDRESS_REFUSED` where `context.fetch` does.
 */
export async function exchange(request: WireRequest, context: ExchangeContext, signal?: AbortSignal): Promise<Answer> {
  signal?.throwIfAborted();
  context.onRequest?.({ method: request.method, url: redactUrl(request.url) });
  const watchdog = createWatchdog(context.timeouts);
  const explain = (cause: unknown): unknown => {
    if (signal?.aborted === true) return signal.reason;
    return watchdog.expired ? stalled(request) : networkFailure(request, cause);
  };
  const combined = signal === undefined ? watchdog.signal : AbortSignal.any([signal, watchdog.signal]);
  const sending = request.body === undefined ? undefined : new OutgoingBody(request.body, watchdog);
  watchdog.wait();
  try {
    const response = await context.fetch(request.url, requestInit(request, context, sending, combined));
    return answerOf(response, request, { watchdog, explain });
  } catch (cause) {
    throw sending?.sourceFailed === true ? sending.sourceError : explain(cause);
  } finally {
    watchdog.rest();
  }
}

function requestInit(
  request: WireRequest,
  context: ExchangeContext,
  body: OutgoingBody | undefined,
  signal: AbortSignal,
): FetchInit {
  const headers: Record<string, string> = {
    // A compressing proxy would change sizes and break range requests.
    'accept-encoding': 'identity',
    'user-agent': context.userAgent,
    ...request.headers,
  };
  const init: FetchInit = { method: request.method, headers, redirect: 'manual', signal };
  if (body === undefined) return init;
  // Without a length, fetch sends chunks, which registries and their proxies often refuse.
  headers['content-length'] = String(body.size);
  if (body.size === 0) return { ...init, body: new Uint8Array(0) };
  return { ...init, body: ReadableStream.from(body.chunks()), duplex: 'half' };
}

class OutgoingBody {
  readonly size: number;
  sourceFailed = false;
  sourceError: unknown;
  readonly #body: RequestBody;
  readonly #watchdog: Watchdog;

  constructor(body: RequestBody, watchdog: Watchdog) {
    this.size = body.size;
    this.#body = body;
    this.#watchdog = watchdog;
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    const source = this.#body.chunks()[Symbol.asyncIterator]();
    try {
      for (;;) {
        this.#watchdog.rest(); // reading the source is our own time, not the registry's
        const next = await source.next();
        this.#watchdog.wait();
        if (next.done === true) return;
        yield next.value;
      }
    } catch (error) {
      this.sourceFailed = true;
      this.sourceError = error;
      throw error;
    } finally {
      await source.return?.();
    }
  }
}

interface ReadContext {
  readonly watchdog: Watchdog;
  readonly explain: (cause: unknown) => unknown;
}

function answerOf(response: Response, { url, headers }: WireRequest, context: ReadContext): Answer {
  const stream = response.body;
  return {
    status: response.status,
    headers: response.headers,
    url,
    authorization: headers['authorization'],
    body: stream === null ? nothing() : readWatched(stream, context),
    async discard() {
      // The stream is locked where its body was read; then there is nothing left to free.
      if (stream?.locked === false) await stream.cancel().catch(() => undefined);
    },
  };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

async function* readWatched(
  stream: ReadableStream<Uint8Array>,
  { watchdog, explain }: ReadContext,
): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      watchdog.wait();
      const next = await reader.read();
      watchdog.rest();
      if (next.done) return;
      yield next.value;
    }
  } catch (cause) {
    throw explain(cause);
  } finally {
    watchdog.rest();
    await reader.cancel().catch(() => undefined);
  }
}
