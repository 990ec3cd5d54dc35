import { OciError } from '../errors.ts';
import { isInternalHost, isLoopbackHost } from './address.ts';
import { redactUrl } from './redact.ts';

const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Tells whether a status sends the request elsewhere. */
export function isRedirect(status: number): boolean {
  return redirectStatuses.has(status);
}

/**
 * Resolves a Location header against the URL that sent it.
 * @throws {OciError} `REDIRECT_REFUSED` where it leads from https to http, to this machine or link from outside it,
 * carries a user, or is no HTTP URL.
 */
export function resolveLocation(location: string | null, from: URL): URL {
  if (location === null || !URL.canParse(location, from.href)) {
    throw refused(from, 'the Location header is missing or no URL');
  }
  const target = new URL(location, from);
  target.hash = '';
  const broken = brokenRule(target, from);
  if (broken !== undefined) throw refused(from, broken);
  return target;
}

function brokenRule(target: URL, from: URL): string | undefined {
  if (target.protocol !== 'https:' && target.protocol !== 'http:') return `it leads to ${target.protocol}`;
  if (target.protocol === 'http:' && from.protocol === 'https:') return `it leads from https to ${redactUrl(target)}`;
  if (target.username !== '' || target.password !== '') return 'it carries a user or password';
  if (target.origin === from.origin) return undefined;
  // A registry outside must not make us ask services that only this machine can reach.
  const ownLoopback = isLoopbackHost(target.hostname) && isLoopbackHost(from.hostname);
  return isInternalHost(target.hostname) && !ownLoopback ? `it leads to the internal host ${target.host}` : undefined;
}

function refused(from: URL, why: string): OciError {
  return new OciError('REDIRECT_REFUSED', `a redirect from ${redactUrl(from)} is not followed: ${why}`, {
    hint: 'A registry behind a proxy must know its outer name and scheme (X-Forwarded-Proto, X-Forwarded-Host).',
  });
}
