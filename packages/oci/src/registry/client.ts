import type { OciError, OciErrorCode } from '../errors.ts';
import { Authorizer } from './authorizer.ts';
import { systemClock } from './clock.ts';
import { anonymous } from './credentials/credential-provider.ts';
import type { Answer } from './exchange.ts';
import { hostList } from './host-list.ts';
import { defaultTimeouts, type RegistryLocation, type RegistryOptions } from './options.ts';
import { repositoryOrigin } from './origin.ts';
import { readReport } from './registry-report.ts';
import type { RegistryRequest } from './request.ts';
import { defaultRetryPolicy, type Attempt, type RetryContext } from './retry.ts';
import { defaultSettlePolicy, type SettlePolicy } from '../shared-list.ts';
import { refusal } from './status.ts';
import { sendOnce, sendWithRetries, type Transport } from './transport.ts';

/** A request to the repository; its URL is on the registry's own origin, or goes without credentials. */
export interface ClientRequest extends Omit<RegistryRequest, 'authorization'> {
  /** What the token must allow. */
  readonly access: 'pull' | 'push';
}

type Send<T> = (transport: Transport, request: RegistryRequest, signal?: AbortSignal) => Promise<T>;

/** Speaks to one repository of one registry: authorised, redirected, tried again. */
export class RegistryClient {
  /** `https://host/v2/<name>/`. */
  readonly url: URL;
  readonly transport: Transport;
  readonly uploadOrigins: ReadonlySet<string>;
  readonly fallbackIndex: SettlePolicy;
  readonly #authorizer: Authorizer;
  readonly #repository: string;

  constructor(location: RegistryLocation, options: RegistryOptions = {}) {
    const { url, host, repository } = repositoryOrigin(location, options.plainHttp);
    this.url = url;
    this.transport = makeTransport(options);
    this.uploadOrigins = new Set(options.uploadOrigins);
    this.fallbackIndex = { ...defaultSettlePolicy, ...options.fallbackIndex };
    this.#repository = repository;
    this.#authorizer = new Authorizer({
      transport: this.transport,
      registry: url,
      host,
      repository,
      credentials: options.credentials ?? anonymous,
    });
  }

  get retry(): RetryContext {
    return this.transport.retry;
  }

  /**
   * Sends a request, tried again where the failure may pass, and returns an answer of any lasting status but 401.
   * @throws {OciError} `UNAUTHORIZED`, `REALM_UNTRUSTED`, `REDIRECT_REFUSED`, `ADDRESS_REFUSED`, `THROTTLED`,
   * `UNAVAILABLE`.
   */
  async send(request: ClientRequest, signal?: AbortSignal): Promise<Answer> {
    return this.#authorized(sendWithRetries, request, (answer) => answer, signal);
  }

  /** Sends a request once, for those who must start over from an earlier step. */
  async sendOnce(request: ClientRequest, signal?: AbortSignal): Promise<Attempt<Answer>> {
    return this.#authorized(sendOnce, request, (tried) => ('value' in tried ? tried.value : undefined), signal);
  }

  /** Turns an answer that is not what was hoped for into an error. `missing` is what a bare 404 means. */
  refusal(answer: Answer, method: string, missing: OciErrorCode): Promise<OciError> {
    return refusal(answer, { method, missing });
  }

  async #authorized<T>(
    send: Send<T>,
    request: ClientRequest,
    answerOf: (outcome: T) => Answer | undefined,
    signal?: AbortSignal,
  ): Promise<T> {
    if (request.url.origin !== this.url.origin) return send(this.transport, request, signal);
    const scopes = [`repository:${this.#repository}:${request.access === 'push' ? 'pull,push' : 'pull'}`];
    const sent = await this.#authorizer.header(scopes, signal);
    const outcome = await send(this.transport, { ...request, authorization: sent }, signal);
    const answer = answerOf(outcome);
    // A 401 from where a redirect led is no challenge of the registry's: answering it would leak the credentials.
    if (answer?.status !== 401 || answer.url.origin !== this.url.origin) return outcome;
    const { text: said } = await readReport(answer);
    const authorization = await this.#authorizer.challenged(answer.headers, { scopes, sent, said }, signal);
    return this.#secondTry(send, { ...request, authorization }, answerOf, signal);
  }

  async #secondTry<T>(
    send: Send<T>,
    request: RegistryRequest,
    answerOf: (outcome: T) => Answer | undefined,
    signal?: AbortSignal,
  ): Promise<T> {
    const outcome = await send(this.transport, request, signal);
    const answer = answerOf(outcome);
    if (answer?.status === 401) throw await refusal(answer, { method: request.method });
    return outcome;
  }
}

function makeTransport(options: RegistryOptions): Transport {
  return {
    exchange: {
      timeouts: { ...defaultTimeouts, ...options.timeouts },
      userAgent: options.userAgent ?? 'release-capsule',
      // Looked up anew for each client, so that a program may replace the global one.
      fetch: options.fetch ?? globalThis.fetch,
      allowedHosts: hostList(options.allowedHosts ?? []),
      onRequest: options.onRequest,
    },
    retry: { policy: { ...defaultRetryPolicy, ...options.retry }, clock: options.clock ?? systemClock },
  };
}
