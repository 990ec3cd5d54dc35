import type { CredentialProvider } from './credentials/credential-provider.ts';
import type { Clock } from './clock.ts';
import type { SettlePolicy } from '../shared-list.ts';
import type { RetryPolicy } from './retry.ts';

/** Where a repository lives: registry `host[:port]` and the repository's name, no scheme, no tag. */
export interface RegistryLocation {
  readonly registry: string;
  readonly repository: string;
}

/** How long one HTTP exchange may keep us waiting, in milliseconds. Time that the caller takes does not count. */
export interface RegistryTimeouts {
  /** Longest silence: before the answer's head, or between two pieces of a body. */
  readonly idleMs: number;
  /** Longest sum of all waiting, so that a byte now and then cannot hold us forever. */
  readonly totalMs: number;
}

/** What a registry asks of `fetch`. */
export interface FetchInit {
  readonly method: string;
  readonly headers: Record<string, string>;
  /** Each hop is a request of its own, and checked as one. */
  readonly redirect: 'manual';
  readonly signal: AbortSignal;
  readonly body?: ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer>;
  readonly duplex?: 'half';
}

/** The global `fetch`, or another that does as much of the same. */
export type Fetch = (url: URL, init: FetchInit) => Promise<Response>;

/** A request as it went out; `url` holds no user, no query and no fragment. */
export interface SentRequest {
  readonly method: string;
  readonly url: string;
}

/** What {@link openRegistry} can be told; every part has a default. */
export interface RegistryOptions {
  /** Asked only where the registry wants credentials. Anonymous without it. */
  readonly credentials?: CredentialProvider;
  /** Speak plain HTTP. By default only loopback hosts get it. */
  readonly plainHttp?: boolean;
  readonly retry?: Partial<RetryPolicy>;
  readonly timeouts?: Partial<RegistryTimeouts>;
  /** How the index of referrers is written where the registry keeps none itself: others may write it at the same time. */
  readonly fallbackIndex?: Partial<SettlePolicy>;
  /** Time and chance. */
  readonly clock?: Clock;
  readonly userAgent?: string;
  /** Sends every request, token requests and each hop of a redirect included. Default: the global `fetch`. */
  readonly fetch?: Fetch;
  /**
   * Internal hosts, `host` or `host:port`, that a redirect or a token service may lead to all the same: those which are
   * this machine, its link or a metadata service by their text. Addresses behind names are the business of `fetch`.
   */
  readonly allowedHosts?: readonly string[];
  /** Called before each request that goes out, redirects, retries and token requests included. */
  readonly onRequest?: (request: SentRequest) => void;
  /** Other origins (`https://host[:port]`) that may take uploads; they never get credentials. */
  readonly uploadOrigins?: readonly string[];
}

/** The waiting times that hold where {@link RegistryOptions.timeouts} says nothing else. */
export const defaultTimeouts: RegistryTimeouts = { idleMs: 30_000, totalMs: 600_000 };
