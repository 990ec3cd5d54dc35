import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { internalHost } from './address.ts';
import { internalAddress } from './internal-address.ts';

/** IPv4 addresses of each kind that is internal. */
const internalIPv4: fc.Arbitrary<readonly number[]> = fc.oneof(
  fc.tuple(fc.constantFrom(0, 127), fc.nat(255), fc.nat(255), fc.nat(255)),
  fc.tuple(fc.constant(169), fc.constant(254), fc.nat(255), fc.nat(255)),
  fc.tuple(fc.integer({ min: 224, max: 239 }), fc.nat(255), fc.nat(255), fc.nat(255)),
  fc.constantFrom([255, 255, 255, 255], [100, 100, 100, 200], [192, 0, 0, 192], [168, 63, 129, 16]),
);

/** Every way in which a URL may write an IPv4 address: each part in its own base, the last ones run together. */
const spelling = fc.record({
  bases: fc.tuple(...([0, 1, 2, 3] as const).map(() => fc.constantFrom(8, 10, 16))),
  parts: fc.integer({ min: 1, max: 4 }),
  zeros: fc.constantFrom('', '0', '000'),
  end: fc.constantFrom('', '.'),
});

function spelled(bytes: readonly number[], { bases, parts, zeros, end }: typeof spelling extends fc.Arbitrary<infer T> ? T : never): string {
  const last = bytes.slice(parts - 1).reduce((sum, byte) => sum * 256 + byte, 0);
  const numbers = [...bytes.slice(0, parts - 1), last];
  return numbers.map((number, index) => inBase(number, bases[index] ?? 10, zeros)).join('.') + end;
}

function inBase(number: number, base: number, zeros: string): string {
  if (base === 10) return String(number);
  return base === 8 ? `0${zeros}${number.toString(8)}` : `0x${zeros}${number.toString(16)}`;
}

/** The IPv6 addresses that carry an IPv4 address. */
const carriers: readonly ((hex: string) => string)[] = [
  (hex) => `::${hex}`,
  (hex) => `::ffff:${hex}`,
  (hex) => `::ffff:0:${hex}`,
  (hex) => `64:ff9b::${hex}`,
  (hex) => `2002:${hex}::1`,
  (hex) => `2002:${hex}:ffff:ffff:ffff:ffff:ffff`,
  (hex) => `0:0:0:0:0:FFFF:${hex.toUpperCase()}`,
];

function hexOf([a = 0, b = 0, c = 0, d = 0]: readonly number[]): string {
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}

describe('an internal IPv4 address', () => {
  it('is recognised however a URL spells it', () => {
    fc.assert(
      fc.property(internalIPv4, spelling, (bytes, how) => {
        expect(internalHost(new URL(`http://${spelled(bytes, how)}/`).hostname)).toBeDefined();
      }),
    );
  });

  it('is recognised in every IPv6 address that carries it, dotted or not, with a zone or without', () => {
    fc.assert(
      fc.property(internalIPv4, fc.constantFrom(...carriers), fc.constantFrom('', '%eth0'), (bytes, carry, zone) => {
        const address = carry(hexOf(bytes));

        expect(internalAddress(`${address}${zone}`)).toBeDefined();
        expect(internalHost(new URL(`http://[${address}]/`).hostname)).toBeDefined();
        expect(internalAddress(`::ffff:${bytes.join('.')}`)).toBeDefined();
        expect(internalAddress(`64:ff9b::${bytes.join('.')}`)).toBeDefined();
      }),
    );
  });

  it('is told from all others: what is carried is no more internal than what it carries', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.constantFrom(...carriers), (ipv4, carry) => {
        const address = carry(hexOf(ipv4.split('.').map(Number)));

        expect(internalAddress(address) === undefined).toBe(internalAddress(ipv4) === undefined);
      }),
    );
  });
});

describe('internalAddress', () => {
  it.each([
    ['127.0.0.1', 'this machine'],
    ['0.0.0.0', 'this machine'],
    ['::', 'this machine'],
    ['::1', 'this machine'],
    ['0:0:0:0:0:0:0:1', 'this machine'],
    ['169.254.169.254', 'this link'],
    ['169.254.170.2', 'this link'],
    ['fe80::1', 'this link'],
    ['febf::1%eth0', 'this link'],
    ['fe80::a9fe:a9fe', 'this link'],
    ['224.0.0.251', 'a group'],
    ['255.255.255.255', 'a group'],
    ['ff02::fb', 'a group'],
    ['2001:0:4136:e378:8000:63bf:3fff:fdd2', 'a tunnel'],
    ['64:ff9b:1::7f00:1', 'a tunnel'],
    ['100.100.100.200', "a cloud's metadata service"],
    ['192.0.0.192', "a cloud's metadata service"],
    ['168.63.129.16', "a cloud's metadata service"],
    ['fd00:ec2::254', "a cloud's metadata service"],
    ['fd00:ec2::23', "a cloud's metadata service"],
    ['fd20:ce::254', "a cloud's metadata service"],
    ['fd00:42::42', "a cloud's metadata service"],
  ])('says that %s reaches %s', (address, kind) => {
    expect(internalAddress(address)).toBe(kind);
  });

  it.each(['10.0.0.1', '172.16.0.1', '192.168.0.1', '100.64.0.1', 'fd12:3456::1', '8.8.8.8', '2606:4700::1', '64:ff9b::808:808', '::ffff:10.0.0.1', '', 'x'])(
    'lets %j be',
    (address) => {
      expect(internalAddress(address)).toBeUndefined();
    },
  );
});
