import { OciError } from '../errors.ts';
import { isJsonObject } from '../strict-json.ts';
import type { Credential } from './credentials/credential-provider.ts';
import type { Answer } from './exchange.ts';
import { redactUrl } from './redact.ts';
import { isRedirect } from './redirect.ts';
import type { RegistryRequest } from './request.ts';
import { sendAndRead, type ReadAnswer } from './send-and-read.ts';
import { refusal } from './status.ts';
import { sendOnce, type Transport } from './transport.ts';

/** A token that a registry accepts for a while. */
export interface AccessToken {
  readonly value: string;
  /** Milliseconds since 1970, by our own clock. */
  readonly expiresAt: number;
}

/** What a token is asked for. `realm` has been checked. */
export interface TokenRequest {
  readonly realm: URL;
  readonly service: string | undefined;
  readonly scopes: readonly string[];
  readonly credential: Credential | undefined;
}

const maxTokenBytes = 128 * 1024; // tokens are some kilobytes; those of large organisations list many groups
const defaultLifetimeSeconds = 60; // distribution, "Token Authentication Specification", `expires_in`
const maxLifetimeSeconds = 86_400;
const clientId = 'release-capsule';

/**
 * Asks a token service for an access token: anonymously, with user and password, or by trading an identity token.
 * Source: distribution v3.0.0, "Token Authentication Specification" and "OAuth2 Token Authentication".
 * @throws {OciError} `UNAUTHORIZED`, `FORBIDDEN`, `PROTOCOL_ERROR`, `THROTTLED`, `UNAVAILABLE`.
 */
export async function requestToken(
  transport: Transport,
  request: TokenRequest,
  signal?: AbortSignal,
): Promise<AccessToken> {
  const askedAt = transport.retry.clock.now();
  const what = `the token from ${redactUrl(request.realm)}`;
  const options = { maxBytes: maxTokenBytes, what, signal };
  const ask = (asked: RegistryRequest): Promise<ReadAnswer> =>
    sendAndRead(transport.retry, () => sendOnce(transport, asked, signal), options);
  const { answer, bytes } = await askService(request, ask);
  if (isRedirect(answer.status)) throw await redirected(answer, request.realm);
  if (bytes === undefined) throw await refusal(answer, { method: 'token request', missing: 'UNAUTHORIZED' });
  return parseToken(bytes, askedAt, what);
}

async function askService(
  request: TokenRequest,
  ask: (asked: RegistryRequest) => Promise<ReadAnswer>,
): Promise<ReadAnswer> {
  const { credential } = request;
  if (credential === undefined || !('identityToken' in credential)) return ask(byQuery(request, credential));
  const asked = await ask(byForm(request, credential.identityToken));
  if (asked.answer.status !== 404 && asked.answer.status !== 405) return asked;
  // Older services know only GET; `<token>` is Docker's name for the user whose password is an identity token.
  await asked.answer.discard();
  return ask(byQuery(request, { username: '<token>', password: credential.identityToken }));
}

function byQuery(
  { realm, service, scopes }: TokenRequest,
  user: { readonly username: string; readonly password: string } | undefined,
): RegistryRequest {
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  const authorization = user === undefined ? undefined : basicAuthorization(user);
  // A token service that sends us elsewhere is not the one that the registry vouched for.
  return { method: 'GET', url, headers: { accept: 'application/json' }, authorization, redirect: 'same-origin' };
}

function byForm({ realm, service, scopes }: TokenRequest, identityToken: string): RegistryRequest {
  const form = new URLSearchParams({ grant_type: 'refresh_token', client_id: clientId, refresh_token: identityToken });
  if (service !== undefined) form.set('service', service);
  if (scopes.length > 0) form.set('scope', scopes.join(' '));
  const bytes = Buffer.from(form.toString());
  return {
    method: 'POST',
    url: realm,
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: { size: bytes.length, chunks: () => ReadableStream.from([bytes]) },
    redirect: 'same-origin',
  };
}

/** Makes the Authorization header of a user and password. Source: RFC 7617, section 2. */
export function basicAuthorization({ username, password }: { username: string; password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function parseToken(bytes: Uint8Array, askedAt: number, what: string): AccessToken {
  const { token, access_token: accessToken, expires_in: expiresIn } = parseObject(bytes, what);
  const value = typeof token === 'string' && token !== '' ? token : accessToken;
  // What is no header value would be an injection, or an exception that prints the token.
  if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value)) throw unreadable(what, 'it holds no usable token');
  const stated = typeof expiresIn === 'number' && expiresIn > 0 ? expiresIn : defaultLifetimeSeconds;
  const lifetimeMs = Math.min(stated, maxLifetimeSeconds) * 1000;
  // A tenth less, so that it does not run out on the way.
  return { value, expiresAt: askedAt + lifetimeMs * 0.9 };
}

function parseObject(bytes: Uint8Array, what: string): Readonly<Record<string, unknown>> {
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw unreadable(what, 'it is not JSON'); // no cause: the parser's message quotes the body, a secret
  }
  if (isJsonObject(body)) return body;
  throw unreadable(what, 'it is not a JSON object');
}

function unreadable(what: string, why: string): OciError {
  return new OciError('PROTOCOL_ERROR', `${what} cannot be used: ${why}`);
}

async function redirected(answer: Answer, realm: URL): Promise<OciError> {
  await answer.discard();
  return new OciError('REALM_UNTRUSTED', `the token service ${redactUrl(realm)} sends us to another host`, {
    hint: 'The registry must name the token service itself.',
  });
}
