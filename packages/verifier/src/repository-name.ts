import { dockerHub, dockerHubNames } from '@release-capsule/oci';

const httpsPort = ':443';

/**
 * Brings a repository's name into the one form in which two names of one repository are equal: the registry in lower
 * case and without HTTPS's own port, Docker Hub under one of its names, its official images under `library/`.
 * The path is left as it is: registries tell upper case from lower there, and fold nothing else either.
 */
export function normaliseRepository(name: string): string {
  const { registry, path } = splitRegistry(name);
  const host = withoutHttpsPort(registry.toLowerCase());
  if (!dockerHubNames.has(host)) return `${host}/${path}`;
  return `${dockerHub}/${path.includes('/') ? path : `library/${path}`}`;
}

/** Tells whether two names are of one repository. */
export function isSameRepository(one: string, other: string): boolean {
  return normaliseRepository(one) === normaliseRepository(other);
}

function splitRegistry(name: string): { registry: string; path: string } {
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(slash, 0));
  // As Docker reads names: what stands first is a registry only where it cannot be a part of a path.
  if (slash > 0 && (/[.:]/.test(first) || first === 'localhost')) {
    return { registry: first, path: name.slice(slash + 1) };
  }
  return { registry: dockerHub, path: name };
}

function withoutHttpsPort(host: string): string {
  return host.endsWith(httpsPort) ? host.slice(0, -httpsPort.length) : host;
}
