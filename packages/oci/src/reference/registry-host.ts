import { isIPv6 } from 'node:net';
import { dockerHub, dockerHubNames } from './docker-hub.ts';
import type { RegistryReference } from './reference-types.ts';

const dockerHubApi = 'registry-1.docker.io';

const hostNamePattern = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;
const portPattern = /^[1-9][0-9]{0,4}$/;
const maxPort = 65_535;

/**
 * Brings the registry part of a reference into its one spelling: lower-case, IPv6 addresses compressed, Docker
 * Hub's names as `docker.io`. Returns nothing where the text is no host with an optional port.
 */
export function normaliseRegistry(text: string): string | undefined {
  const [, host = '', port] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/s.exec(text) ?? [];
  const name = normaliseHost(host);
  if (name === undefined) return undefined;
  if (port === undefined) return dockerHubNames.has(name) ? dockerHub : name;
  return portPattern.test(port) && Number(port) <= maxPort ? `${name}:${port}` : undefined;
}

/**
 * Tells whether the first part of a reference is a registry rather than a part of the repository: it has a dot
 * or a port, or is `localhost`.
 */
export function looksLikeRegistry(text: string): boolean {
  return text.includes('.') || text.includes(':') || text.toLowerCase() === 'localhost';
}

/** Returns the repository's full name at its registry: official images of Docker Hub live below `library/`. */
export function normaliseRepository(registry: string, repository: string): string {
  return registry === dockerHub && !repository.includes('/') ? `library/${repository}` : repository;
}

/** Returns host and port of the registry's API, which for Docker Hub is not the host of its references. */
export function registryApiHost({ registry }: Pick<RegistryReference, 'registry'>): string {
  return registry === dockerHub ? dockerHubApi : registry;
}

function normaliseHost(host: string): string | undefined {
  if (host.startsWith('[')) return normaliseIPv6(host.slice(1, -1));
  const name = host.toLowerCase();
  // `0x7f.1` is 127.0.0.1 to a URL parser: a host that is rewritten later would escape every check made now.
  return hostNamePattern.test(name) && urlHostName(name) === name ? name : undefined;
}

function normaliseIPv6(address: string): string | undefined {
  // A zone (`fe80::1%eth0`) means nothing on another machine, and URLs cannot hold one.
  return isIPv6(address) && !address.includes('%') ? urlHostName(`[${address}]`) : undefined;
}

function urlHostName(host: string): string | undefined {
  return URL.parse(`http://${host}/`)?.hostname;
}
