import { setTimeout } from 'node:timers/promises';
import { quote } from '@release-capsule/schema';
import { PackError } from '../../errors.ts';
import { readAnswer } from './read-answer.ts';

/** One request to a service of Sigstore. */
export interface ServiceRequest {
  /** Names the service in messages: `the certificate authority`. */
  readonly service: string;
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | undefined;
  /** What was sent and must never be shown, even where the service repeats it. */
  readonly secrets?: readonly string[] | undefined;
  /** Bound on the answer, in bytes. */
  readonly maxBytes: number;
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The answer to a {@link ServiceRequest}: any status below 500 but 408 and 429. */
export interface ServiceAnswer {
  readonly status: number;
  readonly bytes: Uint8Array;
  /** The `Location` header, not followed. */
  readonly location?: string;
}

const defaultTimeoutMs = 20_000; // Rekor v2 answers when its next checkpoint is out: up to some ten seconds
const pauseMs = 1000; // before the one more try
const maxTries = 2; // what fails twice is left to whoever called: a fleet of CI jobs must not hammer a service that struggles

/**
 * Asks a service: bounded in time and size, no redirect followed, and one more try where the failure may pass.
 * @throws {PackError} `SERVICE_UNAVAILABLE`, `SERVICE_REFUSED` where it redirects or answers without end. Nothing of
 * what was sent appears in the error.
 */
export async function askService(request: ServiceRequest): Promise<ServiceAnswer> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await ask(request);
    } catch (error) {
      request.signal?.throwIfAborted();
      if (tried === maxTries || !(error instanceof PackError) || error.code !== 'SERVICE_UNAVAILABLE') throw error;
      await setTimeout(pauseMs, undefined, { signal: request.signal });
    }
  }
}

/** Makes the error of a service that turned a request down, with the beginning of what it said. */
export function serviceRefused({ service, url, secrets = [] }: ServiceRequest, { status, bytes }: ServiceAnswer, hint: string): PackError {
  const said = hide(Buffer.from(bytes).toString('utf8').trim(), secrets);
  const why = said === '' ? '' : `: ${quote(said)}`;
  return new PackError('SERVICE_REFUSED', `${service} ${url.host} refused, with status ${status}${why}`, { hint });
}

const tokenPattern = /eyJ[\w-]{8,}(?:\.[\w-]*)*/g; // a JSON web token, whole or cut

function hide(text: string, secrets: readonly string[]): string {
  return secrets.reduce((shown, secret) => shown.replaceAll(secret, '***'), text).replaceAll(tokenPattern, '***');
}

async function ask(request: ServiceRequest): Promise<ServiceAnswer> {
  const { service, method, url, headers, body, maxBytes, timeoutMs = defaultTimeoutMs, signal } = request;
  const timeout = AbortSignal.timeout(timeoutMs);
  const init: RequestInit = {
    method,
    headers: { 'user-agent': 'release-capsule', ...headers },
    redirect: 'manual', // a token must not follow where a redirect points
    signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
    ...(body !== undefined && { body: Buffer.from(body) }),
  };
  try {
    const response = await fetch(url, init);
    const bytes = await readAnswer(response, { what: `${service} ${url.host}`, maxBytes });
    const location = response.headers.get('location');
    return judge(request, { status: response.status, bytes, ...(location !== null && { location }) });
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof PackError) throw cause;
    const slow = `did not answer within ${timeoutMs / 1000} seconds`;
    throw unavailable(request, timeout.aborted ? slow : `cannot be reached: ${reason(cause)}`);
  }
}

function judge(request: ServiceRequest, answer: ServiceAnswer): ServiceAnswer {
  const { status } = answer;
  if (status >= 500 || status === 408 || status === 429) throw unavailable(request, `answered with status ${status}`);
  if (status < 300 || status >= 400) return answer;
  throw serviceRefused(request, { status, bytes: Buffer.from('a redirect') }, 'Give the address that the service itself has.');
}

function unavailable({ service, url }: ServiceRequest, what: string): PackError {
  return new PackError('SERVICE_UNAVAILABLE', `${service} ${url.host} ${what}`, {
    hint: 'Nothing was published. Try again; check the address, and that this machine may connect to it.',
  });
}

/** Names a network failure: fetch hides it behind "fetch failed". */
function reason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return 'no reason given';
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : quote(cause.message);
}
