import { OciError } from '../errors.ts';
import { internalHost, isLoopbackHost } from './address.ts';
import type { HostList } from './host-list.ts';

/**
 * Checks the token service that a registry names, before anything is sent there: https, unless the registry itself
 * is spoken to in plain HTTP; no user in the URL; not this machine, this link or a metadata service, unless it is
 * the registry's own host and port, or both are loopback, or the host is allowed. Private networks are allowed: self-hosted registries keep
 * their token service there. Addresses are judged by their text, names are not looked up.
 * @throws {OciError} `REALM_UNTRUSTED` (GHSA-xf85-363p-868w: a realm chosen by an attacker receives the password).
 */
export function parseRealm(realm: string, registry: URL, allowed: HostList): URL {
  if (!URL.canParse(realm)) throw untrusted(registry, 'is not a URL');
  const url = new URL(realm);
  const broken = brokenRule(url, registry) ?? internalRule(url, { registry, allowed });
  if (broken !== undefined) throw untrusted(registry, broken);
  url.hash = '';
  return url;
}

function brokenRule(realm: URL, registry: URL): string | undefined {
  if (realm.protocol !== 'https:' && realm.protocol !== 'http:') return `has the scheme ${realm.protocol}`;
  if (realm.protocol === 'http:' && registry.protocol === 'https:') return `is plain HTTP (${realm.host})`;
  return realm.username !== '' || realm.password !== '' ? `carries a user or password (${realm.host})` : undefined;
}

function internalRule(realm: URL, { registry, allowed }: { readonly registry: URL; readonly allowed: HostList }): string | undefined {
  if (realm.host === registry.host || allowed.has(realm)) return undefined;
  if (isLoopbackHost(realm.hostname) && isLoopbackHost(registry.hostname)) return undefined;
  return internalHost(realm.hostname) === undefined ? undefined : `is an internal address (${realm.host})`;
}

function untrusted(registry: URL, why: string): OciError {
  const message = `the token service that ${registry.host} names ${why}; nothing was sent to it`;
  return new OciError('REALM_UNTRUSTED', message, {
    hint: 'Check that you are talking to the right registry; its token service must be reachable over https.',
  });
}
