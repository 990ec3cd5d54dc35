import { dockerHub, dockerHubNames } from '@release-capsule/core';

/** What credentials are kept for: a registry, or what lies below a path of it. */
export interface CredentialPlace {
  /** `host[:port]` in lower case, without scheme; `docker.io` for all names of Docker Hub. */
  readonly host: string;
  /** Names between slashes; empty for the whole registry. */
  readonly path: string;
}

/**
 * Reads a key of a Docker configuration, or a repository as `host[:port]/name`. A scheme is left out, and `/v1` or `/v2`
 * with it, as old clients wrote them. Undefined for what is neither.
 * Source: containers-auth.json(5); Kubernetes, "Images", "Interpretation of config.json".
 */
export function parsePlace(text: string): CredentialPlace | undefined {
  const bare = text.replace(/^https?:\/\//i, '');
  const [first = '', ...names] = bare.replace(/\/$/, '').split('/');
  const isVersioned = /^v[12]$/.test(names[0] ?? '') && (names.length === 1 || bare !== text);
  const path = isVersioned ? names.slice(1) : names;
  const host = first.toLowerCase();
  if (host === '' || path.includes('') || /[?#@\s]/.test(bare)) return undefined;
  return { host: dockerHubNames.has(host) ? dockerHub : host, path: path.join('/') };
}

/**
 * Tells whether what is kept for one place is meant for another. A path holds whole names: `team` does not hold
 * `team-b/app`. A `*` in a host stands for any text within one name between dots, as the kubelet reads it.
 */
export function holdsPlace(kept: CredentialPlace, asked: CredentialPlace): boolean {
  const isBelow = kept.path === '' || `${asked.path}/`.startsWith(`${kept.path}/`);
  return isBelow && (kept.host === asked.host || (isPattern(kept) && patternOf(kept.host).test(asked.host)));
}

/** Orders places that hold the same one: named hosts before patterns, then the longest path first. */
export function compareHolders(one: CredentialPlace, other: CredentialPlace): number {
  return Number(isPattern(one)) - Number(isPattern(other)) || other.path.length - one.path.length;
}

/** The server address under which Docker's helpers keep a registry's credentials. */
export function helperServerAddress(host: string): string {
  return host === dockerHub ? 'https://index.docker.io/v1/' : host;
}

function isPattern({ host }: CredentialPlace): boolean {
  return host.includes('*');
}

function patternOf(host: string): RegExp {
  const parts = host.split('*').map((part) => part.replace(/[^A-Za-z0-9]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('[^.:]*')}$`);
}
