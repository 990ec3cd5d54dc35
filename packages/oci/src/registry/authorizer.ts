import { OciError } from '../errors.ts';
import { parseChallenges, type Challenge } from './challenge.ts';
import type { Credential, CredentialProvider } from './credentials/credential-provider.ts';
import { parseRealm } from './realm.ts';
import { mergeScopes } from './scope.ts';
import { basicAuthorization, requestToken, type AccessToken, type TokenRequest } from './token.ts';
import type { Transport } from './transport.ts';

/** Whose authorisation an {@link Authorizer} looks after. */
export interface AuthorizerContext {
  readonly transport: Transport;
  /** The registry's API; only challenges from its origin count. */
  readonly registry: URL;
  /** `host[:port]` as the user wrote it, and the repository: what the credentials are for. */
  readonly host: string;
  readonly repository: string;
  readonly credentials: CredentialProvider;
}

/** What was refused: the header that was sent, the scopes that the request needs, and what the registry said, safe to print. */
export interface Refused {
  readonly scopes: readonly string[];
  readonly sent: string | undefined;
  readonly said?: string;
}

interface Offer {
  readonly scheme: 'bearer' | 'basic';
  readonly parameters: ReadonlyMap<string, string>;
}

/** Finds the Authorization header for requests to one registry; one token request serves all that need the same. */
export class Authorizer {
  readonly #context: AuthorizerContext;
  readonly #tokens = new Map<string, Promise<AccessToken>>();
  // What the registry asked for beyond our own scopes, so that the next request needs no second token.
  readonly #widened = new Map<string, string>();
  #offer: Offer | undefined;
  #credential: Promise<Credential | undefined> | undefined;

  constructor(context: AuthorizerContext) {
    this.#context = context;
  }

  /** Returns what to send without being asked: nothing until the registry has once asked for something. */
  async header(scopes: readonly string[], signal?: AbortSignal): Promise<string | undefined> {
    return this.#offer === undefined ? undefined : this.#answer(this.#offer, scopes, signal);
  }

  /**
   * Answers a 401 of the registry's own origin.
   * @throws {OciError} `UNAUTHORIZED` where the challenge cannot be answered, `REALM_UNTRUSTED`.
   */
  async challenged(headers: Headers, refused: Refused, signal?: AbortSignal): Promise<string> {
    const offer = chooseOffer(headers.get('www-authenticate'));
    if (offer === undefined) throw this.#unauthorized('asks for a login of a kind that is not supported', refused);
    this.#offer = offer;
    this.#widened.set(refused.scopes.join(' '), offer.parameters.get('scope') ?? '');
    // What was taken before may have run out: passwords of clouds live for hours.
    if (refused.sent !== undefined) this.#credential = undefined;
    await this.#forget(refused.sent);
    const header = await this.#answer(offer, refused.scopes, signal);
    if (header === undefined) throw this.#unauthorized('wants a login, and there are no credentials for it', refused);
    if (header === refused.sent) throw this.#unauthorized('refuses the credentials', refused);
    return header;
  }

  async #answer(offer: Offer, scopes: readonly string[], signal?: AbortSignal): Promise<string | undefined> {
    if (offer.scheme === 'bearer') return `Bearer ${(await this.#token(offer, scopes, signal)).value}`;
    const credential = await abortable(this.#lookUp(), signal);
    if (credential === undefined) return undefined;
    if (!('identityToken' in credential)) return basicAuthorization(credential);
    throw this.#unauthorized('wants a user and password, and the credentials hold only an identity token');
  }

  async #token(offer: Offer, scopes: readonly string[], signal?: AbortSignal): Promise<AccessToken> {
    const merged = mergeScopes([...scopes, this.#widened.get(scopes.join(' ')) ?? '']);
    const { registry, transport } = this.#context;
    const realm = parseRealm(offer.parameters.get('realm') ?? '', registry, transport.exchange.allowedHosts);
    const service = offer.parameters.get('service');
    const key = JSON.stringify([realm.href, service, merged]);
    const kept = this.#tokens.get(key);
    if (kept !== undefined) {
      const token = await abortable(kept, signal);
      if (token.expiresAt > transport.retry.clock.now()) return token;
      if (this.#tokens.get(key) === kept) this.#tokens.delete(key);
    }
    return abortable(this.#tokens.get(key) ?? this.#request(key, { realm, service, scopes: merged }), signal);
  }

  // Shared by all who wait for it, so no one caller's signal ends it; the timeouts do.
  #request(key: string, asked: Omit<TokenRequest, 'credential'>): Promise<AccessToken> {
    const { transport } = this.#context;
    const pending = this.#lookUp().then((credential) => requestToken(transport, { ...asked, credential }));
    this.#tokens.set(key, pending);
    pending.catch(() => {
      this.#tokens.delete(key);
      this.#credential = undefined;
    });
    return pending;
  }

  #lookUp(): Promise<Credential | undefined> {
    if (this.#credential !== undefined) return this.#credential;
    const { credentials, host, repository } = this.#context;
    const pending = credentials.credentials(`${host}/${repository}`);
    this.#credential = pending;
    pending.catch(() => {
      if (this.#credential === pending) this.#credential = undefined;
    });
    return pending;
  }

  async #forget(sent: string | undefined): Promise<void> {
    for (const [key, pending] of this.#tokens) {
      const token = await pending.catch(() => undefined);
      if (token !== undefined && `Bearer ${token.value}` === sent) this.#tokens.delete(key);
    }
  }

  #unauthorized(why: string, { said = '' }: Pick<Refused, 'said'> = {}): OciError {
    const { host } = this.#context;
    const itsWords = said === '' ? '' : `: ${said}`;
    return new OciError('UNAUTHORIZED', `${host} answered 401: it ${why}${itsWords}`, { hint: `Log in first: docker login ${host}` });
  }
}

function chooseOffer(header: string | null): Offer | undefined {
  const challenges = header === null ? [] : parseChallenges(header);
  return challenges.find(isBearer) ?? challenges.find(isBasic);
}

function isBearer(challenge: Challenge): challenge is Challenge & Offer {
  return challenge.scheme === 'bearer' && challenge.parameters.has('realm');
}

function isBasic(challenge: Challenge): challenge is Challenge & Offer {
  return challenge.scheme === 'basic';
}

function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
