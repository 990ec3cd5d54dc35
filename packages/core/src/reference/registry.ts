import { isIPv6 } from 'node:net';
import { dockerHub, dockerHubNames } from './docker-hub.ts';
import { maxDomainCharacters, referencePatterns } from './grammar.ts';

const domainPattern = new RegExp(referencePatterns.domain);
const portPattern = /^[1-9][0-9]{0,4}$/;
const maxPort = 65_535;

/**
 * Brings a registry into its one spelling: lower-case, IPv6 addresses compressed, Docker Hub's names as `docker.io`. Undefined if the text
 * is not a host that can be reached, with an optional port.
 */
export function normaliseRegistry(text: string): string | undefined {
  if (text.length > maxDomainCharacters || !domainPattern.test(text)) return undefined;
  const [, host = '', port] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/s.exec(text) ?? [];
  const name = normaliseHost(host);
  if (name === undefined) return undefined;
  if (port === undefined) return dockerHubNames.has(name) ? dockerHub : name;
  return portPattern.test(port) && Number(port) <= maxPort ? `${name}:${port}` : undefined;
}

/**
 * Tells whether the first part of a name is a registry rather than a part of the repository: it has a dot, a port or a capital letter, or
 * is `localhost`.
 * Source: distribution/reference v0.6.0, normalize.go, `splitDockerDomain`.
 */
export function looksLikeRegistry(first: string): boolean {
  return /[.:A-Z]/.test(first) || first === 'localhost';
}

/**
 * Spells a repository's name in full: `nginx` is `docker.io/library/nginx`. Two names mean one repository exactly if their full spellings
 * are equal: the registry in lower case and without HTTPS's own port, Docker Hub by one of its names. The path is left as it is: registries
 * tell upper case from lower there.
 * Source: distribution/reference v0.6.0, normalize.go, `splitDockerDomain`.
 */
export function spellInFull(name: string): string {
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(slash, 0));
  const hasRegistry = looksLikeRegistry(first);
  const registry = hasRegistry ? registryInFull(first) : dockerHub;
  const path = hasRegistry ? name.slice(slash + 1) : name;
  return `${registry}/${pathAt(registry, path)}`;
}

/** Returns a repository's path at its registry: official images of Docker Hub lie below `library/`. */
export function pathAt(registry: string, path: string): string {
  return registry === dockerHub && !path.includes('/') ? `library/${path}` : path;
}

function registryInFull(text: string): string {
  const withoutPort = text.replace(/:443$/, '');
  return normaliseRegistry(withoutPort) ?? withoutPort.toLowerCase();
}

function normaliseHost(host: string): string | undefined {
  if (host.startsWith('[')) return normaliseIPv6(host.slice(1, -1));
  const name = host.toLowerCase();
  // `0x7f.1` is 127.0.0.1 to a URL parser: a host that is rewritten later would escape every check made now.
  return urlHostName(name) === name ? name : undefined;
}

function normaliseIPv6(address: string): string | undefined {
  return isIPv6(address) ? urlHostName(`[${address}]`) : undefined;
}

function urlHostName(host: string): string | undefined {
  return URL.parse(`http://${host}/`)?.hostname;
}
