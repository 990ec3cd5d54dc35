import type { IncomingMessage } from 'node:http';

/** How a fake registry wants its clients to log in. */
export type FakeAuth =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | {
      readonly kind: 'bearer';
      readonly username?: string;
      readonly password?: string;
      /** Traded for tokens by POST; without it POST is 404. */
      readonly identityToken?: string;
      /** Lets everybody pull. */
      readonly anonymousPull?: boolean;
      /** URL of the token service; by default `/token` of the registry itself. */
      readonly realm?: string;
      readonly tokenField?: 'token' | 'access_token';
      readonly expiresIn?: number;
    };

/** What a request may do. */
export type FakeAccess = 'granted' | 'challenge';

/** A token answer: a status and, where it is granted, a body. */
export interface FakeTokenAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Issues and checks tokens for one fake registry. */
export class FakeTokenService {
  readonly #scopesByToken = new Map<string, readonly string[]>();
  #issued = 0;

  /** Makes every token that was issued so far invalid. */
  revokeAll(): void {
    this.#scopesByToken.clear();
  }

  answer(auth: FakeAuth & { kind: 'bearer' }, request: IncomingMessage, form: URLSearchParams): FakeTokenAnswer {
    const url = new URL(request.url ?? '/', 'http://fake');
    if (request.method === 'POST') return this.#answerForm(auth, form);
    const known = request.headers.authorization === basicHeader(auth.username ?? '', auth.password ?? '');
    const identified = request.headers.authorization === basicHeader('<token>', auth.identityToken ?? '');
    const anonymous = request.headers.authorization === undefined && auth.anonymousPull === true;
    const scopes = url.searchParams.getAll('scope');
    if (known || identified) return this.#issue(auth, scopes);
    if (!anonymous) return { status: 401, body: { errors: [{ code: 'UNAUTHORIZED', message: 'bad credentials' }] } };
    return this.#issue(auth, scopes.map((scope) => scope.replace(/:[a-z,]*$/, ':pull')));
  }

  allows(authorization: string | undefined, repository: string, action: 'pull' | 'push'): boolean {
    const scopes = this.#scopesByToken.get(authorization?.replace(/^Bearer /, '') ?? '') ?? [];
    return scopes.some((scope) => {
      const [, name, actions = ''] = /^repository:(.*):([a-z,]*)$/.exec(scope) ?? [];
      return name === repository && actions.split(',').includes(action);
    });
  }

  #answerForm(auth: FakeAuth & { kind: 'bearer' }, form: URLSearchParams): FakeTokenAnswer {
    if (auth.identityToken === undefined) return { status: 404, body: {} };
    const right = form.get('grant_type') === 'refresh_token' && form.get('refresh_token') === auth.identityToken;
    if (!right) return { status: 401, body: {} };
    return this.#issue(auth, (form.get('scope') ?? '').split(' '));
  }

  #issue(auth: FakeAuth & { kind: 'bearer' }, scopes: readonly string[]): FakeTokenAnswer {
    const token = `issued-${++this.#issued}`;
    this.#scopesByToken.set(token, scopes);
    const expiry = auth.expiresIn === undefined ? {} : { expires_in: auth.expiresIn };
    return { status: 200, body: { [auth.tokenField ?? 'token']: token, ...expiry } };
  }
}

/** Makes the Authorization header of a user and password. */
export function basicHeader(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
