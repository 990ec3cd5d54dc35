import { OciError } from '../errors.ts';
import { internalHost, isLoopbackHost } from './address.ts';
import type { HostList } from './host-list.ts';
import { redactUrl } from './redact.ts';

const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Tells whether a status sends the request elsewhere. */
export function isRedirect(status: number): boolean {
  return redirectStatuses.has(status);
}

/**
 * Resolves a Location header against the URL that sent it.
 * @throws {OciError} `REDIRECT_REFUSED` where it leads from https to http, to an internal host that is not allowed
 * (from loopback to loopback always is), carries a user, or is no HTTP URL.
 */
export function resolveLocation(location: string | null, from: URL, allowed: HostList): URL {
  if (location === null || !URL.canParse(location, from.href)) {
    throw refused(from, 'the Location header is missing or no URL');
  }
  const target = new URL(location, from);
  target.hash = '';
  const broken = brokenRule(target, from) ?? internalRule(target, { from, allowed });
  if (broken !== undefined) throw refused(from, broken);
  return target;
}

function brokenRule(target: URL, from: URL): string | undefined {
  if (target.protocol !== 'https:' && target.protocol !== 'http:') return `it leads to ${target.protocol}`;
  if (target.protocol === 'http:' && from.protocol === 'https:') return `it leads from https to ${redactUrl(target)}`;
  return target.username !== '' || target.password !== '' ? 'it carries a user or password' : undefined;
}

// A registry outside must not make us ask services that only this machine can reach.
function internalRule(target: URL, { from, allowed }: { readonly from: URL; readonly allowed: HostList }): string | undefined {
  if (target.origin === from.origin || allowed.has(target)) return undefined;
  if (isLoopbackHost(target.hostname) && isLoopbackHost(from.hostname)) return undefined;
  return internalHost(target.hostname) === undefined ? undefined : `it leads to the internal host ${target.host}`;
}

function refused(from: URL, why: string): OciError {
  return new OciError('REDIRECT_REFUSED', `a redirect from ${redactUrl(from)} is not followed: ${why}`, {
    hint: 'A registry behind a proxy must know its outer name and scheme (X-Forwarded-Proto, X-Forwarded-Host).',
  });
}
