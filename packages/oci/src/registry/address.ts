import { BlockList, isIPv4, isIPv6 } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

// Addresses that mean this machine, this link, or the cloud's metadata service: a registry has no business sending us
// there. Private ranges (RFC 1918, unique local) are not in it: self-hosted registries live there.
const internal = new BlockList();
internal.addSubnet('127.0.0.0', 8, 'ipv4');
internal.addSubnet('0.0.0.0', 8, 'ipv4');
internal.addSubnet('169.254.0.0', 16, 'ipv4');
internal.addAddress('100.100.100.200', 'ipv4'); // Alibaba Cloud metadata
internal.addAddress('192.0.0.192', 'ipv4'); // Oracle Cloud metadata
internal.addAddress('::', 'ipv6');
internal.addAddress('::1', 'ipv6');
internal.addSubnet('fe80::', 10, 'ipv6');
internal.addAddress('fd00:ec2::254', 'ipv6'); // AWS metadata
internal.addAddress('fd20:ce::254', 'ipv6'); // Google Cloud metadata
internal.addSubnet('64:ff9b::', 96, 'ipv6'); // NAT64: an IPv4 address in disguise

/** Tells whether a URL's host means this machine: `localhost`, `*.localhost`, 127/8, `::1`. */
export function isLoopbackHost(hostname: string): boolean {
  return isLocalName(bare(hostname)) || contains(loopback, bare(hostname));
}

/**
 * Tells whether a URL's host is, by its text, loopback, link-local, unspecified or a metadata service. Names are not
 * looked up: what a name resolves to can change between the check and the connection.
 */
export function isInternalHost(hostname: string): boolean {
  const host = bare(hostname);
  return isLocalName(host) || host === 'metadata.google.internal' || contains(internal, host);
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
