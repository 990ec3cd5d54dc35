import { describe, expect, it } from 'vitest';
import { internalHost, isLoopbackHost } from './address.ts';

function hostname(host: string): string {
  return new URL(`http://${host}/`).hostname;
}

describe('isLoopbackHost', () => {
  it.each([
    'localhost',
    'LOCALHOST',
    'localhost.',
    'app.localhost',
    '127.0.0.1',
    '127.9.9.9',
    '2130706433',
    '0x7f.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
  ])('takes %s for this machine', (host) => {
    expect(isLoopbackHost(hostname(host))).toBe(true);
  });

  it.each(['localhost.example', 'notlocalhost', '10.0.0.1', '192.168.1.1', '0.0.0.0', '[fe80::1]', '127.0.0.1.nip.io'])(
    'does not take %s for this machine',
    (host) => {
      expect(isLoopbackHost(hostname(host))).toBe(false);
    },
  );
});

describe('internalHost', () => {
  it.each([
    'localhost',
    '127.0.0.1',
    '0.0.0.0',
    '169.254.169.254',
    '2852039166',
    'metadata.google.internal',
    'metadata.google.internal.',
    '[::]',
    '[::1]',
    '[fe80::1]',
    '[fd00:ec2::254]',
    '[::ffff:169.254.169.254]',
    '[64:ff9b::a9fe:a9fe]',
  ])('keeps away from %s', (host) => {
    expect(internalHost(hostname(host))).toBeDefined();
  });

  it.each(['ghcr.io', '10.0.0.1', '172.16.0.1', '192.168.1.1', '[fd12::1]', '8.8.8.8'])('lets %s be', (host) => {
    expect(internalHost(hostname(host))).toBeUndefined();
  });
});
