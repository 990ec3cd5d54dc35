import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { Caller } from '../request/caller.ts';
import { Problem } from '../request/problem.ts';
import type { Route } from '../request/route.ts';
import type { AcceptedTokens } from './tokens.ts';

/** Says who asks for a route of this access. @throws {Problem} `UNAUTHENTICATED`. */
export type Identify = (access: Route['access'], message: IncomingMessage) => Caller;

/** What a request may show to be answered. */
export interface IdentifyOptions {
  /** The tokens that are accepted now; absent where none are. */
  readonly tokens?: { readonly current: AcceptedTokens };
  /** Whether a certificate that the server's own check has found good is enough. */
  readonly takesCertificates: () => boolean;
  /** Asks nobody who it is. */
  readonly allowAnonymous: boolean;
  /** Opens `POST /verify`, whose callers send no token. */
  readonly allowAnonymousVerify: boolean;
}

const anonymous: Caller = { kind: 'anonymous' };
const maxTokenCharacters = 4096;
const challenge = { headers: { 'www-authenticate': 'Bearer realm="capsule"' } };

/**
 * Makes what decides who may ask for a route. Whoever is turned down learns nothing but that: not whether a token was
 * missing, malformed or wrong.
 */
export function makeIdentify(options: IdentifyOptions): Identify {
  return (access, message) => {
    if (access === 'open') return anonymous;
    const caller = callerOf(message, options);
    if (caller !== undefined) return caller;
    if (options.allowAnonymous || (access === 'legacy' && options.allowAnonymousVerify)) return anonymous;
    throw new Problem('UNAUTHENTICATED', 'show a token, or a client certificate, that this service accepts', challenge);
  };
}

function callerOf(message: IncomingMessage, { tokens, takesCertificates }: IdentifyOptions): Caller | undefined {
  const line = tokens?.current.find(bearerToken(message));
  if (line !== undefined) return { kind: 'token', line };
  return takesCertificates() ? certificateOf(message) : undefined;
}

/** The token of the one place where tokens are taken from: an address ends up in logs. */
function bearerToken({ headers }: IncomingMessage): string {
  const [, token = ''] = /^Bearer ([\x21-\x7e]+)$/i.exec((headers.authorization ?? '').slice(0, maxTokenCharacters)) ?? [];
  return token;
}

function certificateOf({ socket }: IncomingMessage): Caller | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const subject = socket.getPeerX509Certificate()?.subject.replaceAll('\n', ', ');
  return subject === undefined ? undefined : { kind: 'certificate', subject };
}
