import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Credential, listenOnLoopback } from './loopback.ts';
import { selfSignedCertificate } from './self-signed-certificate.ts';

/** A token service that a registry trusts. */
export interface TokenServer extends AsyncDisposable {
  readonly realm: string;
  readonly service: string;
  readonly issuer: string;
  /** The certificate of its key, in PEM. */
  readonly certificate: string;
  /** The scopes of each request so far. */
  readonly requestedScopes: readonly (readonly string[])[];
}

/**
 * Starts a token service with one user. Without credentials, tokens give access to nothing.
 * Source: distribution v2.8, docs/spec/auth/token.md and jwt.md.
 */
export async function startTokenServer(user: Credential): Promise<TokenServer> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const certificate = selfSignedCertificate(privateKey, publicKey, 'token service').toString('base64');
  const names = { service: 'registry', issuer: 'token service' };
  const requestedScopes: (readonly string[])[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const { authorization } = request.headers;
    const query = new URL(request.url ?? '', 'http://localhost').searchParams;
    const scopes = query.getAll('scope').flatMap((text) => text.split(' '));
    requestedScopes.push(scopes);
    if (authorization !== undefined && authorization !== basic(user)) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="tokens"' }).end();
      return;
    }
    const access = authorization === undefined ? [] : scopes.map(parseScope);
    const token = signToken({ ...names, subject: user.username, access }, privateKey, certificate);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ token, expires_in: 300 }));
  };
  const server = await listenOnLoopback(createServer(answer));
  return {
    ...names,
    realm: `http://${server.host}/token`,
    certificate: `-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----\n`,
    requestedScopes,
    [Symbol.asyncDispose]: server[Symbol.asyncDispose],
  };
}

/** Writes the Authorization header of a user. */
export function basic({ username, password }: Credential): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

interface Access {
  readonly type: string;
  readonly name: string;
  readonly actions: readonly string[];
}

function parseScope(scope: string): Access {
  const [type = '', name = '', actions = ''] = scope.split(':');
  return { type, name, actions: actions.split(',') };
}

interface Claims {
  readonly service: string;
  readonly issuer: string;
  readonly subject: string;
  readonly access: readonly Access[];
}

function signToken({ service, issuer, subject, access }: Claims, key: KeyObject, certificate: string): string {
  const now = Math.floor(Date.now() / 1000);
  const header = { typ: 'JWT', alg: 'ES256', x5c: [certificate] };
  const times = { nbf: now - 10, iat: now, exp: now + 300 };
  const claims = { iss: issuer, sub: subject, aud: service, jti: randomUUID(), ...times, access };
  const text = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}
