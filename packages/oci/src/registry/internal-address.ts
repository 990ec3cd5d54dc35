import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** Whom an address reaches that no registry has a business sending us to. */
export type InternalKind = 'this machine' | 'this link' | 'a group' | 'a tunnel' | "a cloud's metadata service";

/**
 * Tells whom an IP address reaches where it is internal: this machine, its link, a group, a metadata service, also
 * where it is an IPv6 address that carries such an IPv4 address or hides one. Nothing for all others and for what is no address.
 * Private ranges (RFC 1918, unique local, shared) are not internal: self-hosted registries live there.
 * Source: the IANA special-purpose address registries; RFC 4291, 6052, 3056; the clouds' documentation.
 */
export function internalAddress(address: string): InternalKind | undefined {
  const bare = address.replace(/%.*$/s, ''); // a zone says by which interface, not whom
  if (isIPv4(bare)) return kindOf(bare, 'ipv4');
  if (!isIPv6(bare)) return undefined;
  const carried = carriedIPv4(bare);
  return kindOf(bare, 'ipv6') ?? (carried === undefined ? undefined : kindOf(carried, 'ipv4'));
}

const machine = new BlockList();
machine.addSubnet('0.0.0.0', 8, 'ipv4'); // connects to this machine on Linux
machine.addSubnet('127.0.0.0', 8, 'ipv4');
machine.addAddress('::', 'ipv6');
machine.addAddress('::1', 'ipv6');

const link = new BlockList();
link.addSubnet('169.254.0.0', 16, 'ipv4');
link.addSubnet('fe80::', 10, 'ipv6');

const group = new BlockList();
group.addSubnet('224.0.0.0', 4, 'ipv4');
group.addAddress('255.255.255.255', 'ipv4');
group.addSubnet('ff00::', 8, 'ipv6');

// Where the IPv4 address behind it cannot be told from the text.
const tunnel = new BlockList();
tunnel.addSubnet('2001::', 32, 'ipv6'); // Teredo, RFC 4380
tunnel.addSubnet('64:ff9b:1::', 48, 'ipv6'); // translators of one's own, RFC 8215

// Those outside 169.254/16.
const metadata = new BlockList();
metadata.addAddress('100.100.100.200', 'ipv4'); // Alibaba Cloud
metadata.addAddress('192.0.0.192', 'ipv4'); // Oracle Cloud
metadata.addAddress('168.63.129.16', 'ipv4'); // Azure
metadata.addSubnet('fd00:ec2::', 32, 'ipv6'); // AWS: metadata, credentials of pods, DNS, time
metadata.addAddress('fd20:ce::254', 'ipv6'); // Google Cloud
metadata.addAddress('fd00:42::42', 'ipv6'); // Scaleway

const kinds: readonly (readonly [BlockList, InternalKind])[] = [
  [machine, 'this machine'],
  [link, 'this link'],
  [metadata, "a cloud's metadata service"],
  [group, 'a group'],
  [tunnel, 'a tunnel'],
];

function kindOf(address: string, family: 'ipv4' | 'ipv6'): InternalKind | undefined {
  return kinds.find(([list]) => list.check(address, family))?.[1];
}

/** Prefixes of IPv6 addresses that carry an IPv4 address, as groups of 16 bits, and the group at which it begins. */
const carriers: readonly { readonly prefix: readonly number[]; readonly at: number }[] = [
  { prefix: [0, 0, 0, 0, 0, 0], at: 6 }, // compatible, RFC 4291, section 2.5.5.1
  { prefix: [0, 0, 0, 0, 0, 0xffff], at: 6 }, // mapped, section 2.5.5.2
  { prefix: [0, 0, 0, 0, 0xffff, 0], at: 6 }, // translated, RFC 2765
  { prefix: [0x64, 0xff9b, 0, 0, 0, 0], at: 6 }, // NAT64, RFC 6052
  { prefix: [0x2002], at: 1 }, // 6to4, RFC 3056
];

function carriedIPv4(address: string): string | undefined {
  const groups = groupsOf(address);
  const carrier = carriers.find(({ prefix }) => prefix.every((part, index) => groups[index] === part));
  if (carrier === undefined) return undefined;
  const [high = 0, low = 0] = groups.slice(carrier.at);
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
}

function groupsOf(address: string): readonly number[] {
  // The URL parser writes every spelling, dotted ends included, in one: hexadecimal groups around one "::" at most.
  const text = URL.parse(`http://[${address}]/`)?.hostname.slice(1, -1) ?? '';
  const [before = [], after = []] = text.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after].map((part) => Number.parseInt(part, 16));
}
