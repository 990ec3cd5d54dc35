import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { internalAddress, type InternalKind } from './internal-address.ts';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

const metadataNames: ReadonlySet<string> = new Set(['metadata.google.internal', 'metadata.goog']);

/** Tells whether a URL's host means this machine: `localhost`, `*.localhost`, 127/8, `::1`. */
export function isLoopbackHost(hostname: string): boolean {
  return isLocalName(bare(hostname)) || contains(loopback, bare(hostname));
}

/**
 * Tells whom a URL's host reaches where it is, by its text, internal: {@link internalAddress}, and the names that always
 * mean such an address. Other names are not looked up: what a name resolves to can change between the check and the
 * connection.
 */
export function internalHost(hostname: string): InternalKind | undefined {
  const host = bare(hostname);
  if (isLocalName(host)) return 'this machine';
  return metadataNames.has(host) ? "a cloud's metadata service" : internalAddress(host);
}

function bare(hostname: string): string {
  return hostname.toLowerCase().replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

function isLocalName(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost');
}

function contains(list: BlockList, host: string): boolean {
  if (isIPv4(host)) return list.check(host, 'ipv4');
  return isIPv6(host) && list.check(host, 'ipv6');
}
