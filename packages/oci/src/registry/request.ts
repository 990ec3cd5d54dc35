import { OciError } from '../errors.ts';
import { exchange, type Answer, type ExchangeContext, type WireRequest } from './exchange.ts';
import type { HostList } from './host-list.ts';
import { isRedirect, resolveLocation } from './redirect.ts';
import { redactUrl } from './redact.ts';

/** A request to a registry, before redirects. */
export interface RegistryRequest extends WireRequest {
  /** Value of the Authorization header; sent to the URL's own origin only. */
  readonly authorization?: string | undefined;
  /**
   * `follow` goes where a redirect leads; `same-origin` returns a redirect that leads away as the answer. Only GET
   * and HEAD are ever redirected to another origin.
   */
  readonly redirect?: 'follow' | 'same-origin';
}

const maxRedirects = 10; // blob storage needs one or two; more is a loop

/**
 * Sends a request and follows its redirects by hand: what authorises us stays with the origin that it is meant for,
 * and is not given back when a later hop returns there (GHSA-vh4v-2xq2-g5cg).
 * @throws {OciError} `REDIRECT_REFUSED`, `UNAVAILABLE`.
 */
export async function sendRequest(
  request: RegistryRequest,
  context: ExchangeContext,
  signal?: AbortSignal,
): Promise<Answer> {
  let url = request.url;
  let authorization = request.authorization;
  for (let hops = 0; hops <= maxRedirects; hops++) {
    const headers = withAuthorization(request, authorization);
    const answer = await exchange({ ...request, url, headers }, context, signal);
    if (!isRedirect(answer.status)) return answer;
    const target = nextUrl(request, answer, context.allowedHosts);
    if (target === undefined) return answer;
    await answer.discard();
    if (target.origin !== url.origin) authorization = undefined;
    url = target;
  }
  throw new OciError('REDIRECT_REFUSED', `${redactUrl(request.url)} redirects more than ${maxRedirects} times`);
}

function withAuthorization(request: WireRequest, authorization: string | undefined): Record<string, string> {
  return authorization === undefined ? { ...request.headers } : { ...request.headers, authorization };
}

function nextUrl(request: RegistryRequest, answer: Answer, allowed: HostList): URL | undefined {
  const leavesAllowed = request.redirect !== 'same-origin';
  const location = answer.headers.get('location');
  const target = leavesAllowed ? resolveLocation(location, answer.url, allowed) : sameOrigin(answer, allowed);
  if (target === undefined || request.method === 'GET' || request.method === 'HEAD') return target;
  const kept = answer.status === 307 || answer.status === 308; // the others turn a write into a GET
  if (kept && target.origin === answer.url.origin) return target;
  const message = `${request.method} ${redactUrl(answer.url)} is redirected to ${redactUrl(target)}`;
  throw new OciError('REDIRECT_REFUSED', message, {
    hint: 'Writes are not redirected. Use the registry by the name that it redirects to.',
  });
}

function sameOrigin(answer: Answer, allowed: HostList): URL | undefined {
  const location = answer.headers.get('location');
  if (location === null || !URL.canParse(location, answer.url.href)) return undefined;
  const target = new URL(location, answer.url);
  return target.origin === answer.url.origin ? resolveLocation(location, answer.url, allowed) : undefined;
}
