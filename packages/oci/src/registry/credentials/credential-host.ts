import { dockerHub, dockerHubNames } from '@release-capsule/core';

/**
 * Brings a key of a Docker configuration, or a registry's `host[:port]`, into one spelling for comparison: no scheme,
 * lower case, `docker.io` for all names of Docker Hub. Undefined for a key that names a path below a host: what is
 * meant for a part of a registry is not for all of it.
 */
export function credentialHost(key: string): string | undefined {
  const bare = key.replace(/^https?:\/\//i, '').replace(/\/(v[12]\/?)?$/, '').toLowerCase();
  if (bare === '' || /[/?#@\s]/.test(bare)) return undefined;
  return dockerHubNames.has(bare) ? dockerHub : bare;
}

/** The server address under which Docker's helpers keep a registry's credentials. */
export function helperServerAddress(host: string): string {
  return host === dockerHub ? 'https://index.docker.io/v1/' : host;
}
