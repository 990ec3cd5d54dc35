import { lookup } from 'node:dns/promises';
import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { BlockList, isIPv6, type LookupFunction } from 'node:net';

/** A request of the `http` step. */
export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** Of everything, the body of the answer included; in milliseconds. */
  readonly timeout: number;
  readonly acceptAnyCertificate: boolean;
}

/** What came back. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

const maxBodyBytes = 2 * 1024 * 1024;
const maxRedirects = 10; // net/http, defaultCheckRedirect

const linkLocal = new BlockList();
linkLocal.addSubnet('169.254.0.0', 16, 'ipv4');
linkLocal.addSubnet('fe80::', 10, 'ipv6');

/**
 * Sends a request as Kargo's client does: no connection to a link-local address, redirects followed, at most 2 MiB taken.
 * Source: Kargo v1.11.2, pkg/promotion/runner/builtin/http_requester.go; pkg/net/safe_dialer.go; Go's net/http, Client.
 */
export async function sendRequest(request: HttpRequest): Promise<HttpAnswer> {
  const signal = AbortSignal.timeout(request.timeout);
  let { url, method, body } = request;
  for (let redirects = 0; ; redirects += 1) {
    const answer = await exchange({ ...request, url, method, body }, signal);
    const location = answer.headers.get('location');
    if (![301, 302, 303, 307, 308].includes(answer.status) || location === null) return answer;
    if (redirects === maxRedirects) throw new Error('stopped after 10 redirects');
    if (answer.status < 307 && method !== 'HEAD') [method, body] = ['GET', ''];
    url = new URL(location, url);
  }
}

async function exchange(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
  const { url, method, headers, body, acceptAnyCertificate } = request;
  const address = await safeAddress(url.hostname.replace(/^\[|\]$/g, ''));
  const options = { method, signal, lookup: answerWith(address), headers: Object.fromEntries(headers) };
  const tls = { ...options, rejectUnauthorized: !acceptAnyCertificate };
  return new Promise((resolve, reject) => {
    const sent = url.protocol === 'https:' ? tlsRequest(url, tls) : plainRequest(url, options);
    sent.on('error', reject).on('response', (answer) => {
      const got = new Headers(Object.entries(answer.headers).map(([name, value]): [string, string] => [name, String(value)]));
      const chunks: Buffer[] = [];
      let size = 0;
      answer.on('error', reject).on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        if ((size += chunk.length) > maxBodyBytes) sent.destroy(new Error(`response body exceeds limit of ${maxBodyBytes} bytes`));
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: got, body: Buffer.concat(chunks).toString() }));
    });
    sent.end(body);
  });
}

async function safeAddress(host: string): Promise<string> {
  const addresses = await lookup(host, { all: true });
  const safe = addresses.find(({ address, family }) => !linkLocal.check(address, family === 6 ? 'ipv6' : 'ipv4'));
  if (safe === undefined) throw new Error(`connections to link-local addresses are not permitted (host "${host}")`);
  return safe.address;
}

function answerWith(address: string): LookupFunction {
  const family = isIPv6(address) ? 6 : 4;
  return (_host, { all }, done) => (all === true ? done(null, [{ address, family }]) : done(null, address, family));
}
