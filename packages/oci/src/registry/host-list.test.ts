import { describe, expect, it } from 'vitest';
import { hostList } from './host-list.ts';

describe('a list of hosts', () => {
  it.each([
    ['registry.internal', 'https://registry.internal/v2/'],
    ['registry.internal', 'http://registry.internal:5000/v2/'],
    ['Registry.Internal', 'https://REGISTRY.internal./v2/'],
    ['registry.internal:443', 'https://registry.internal/v2/'],
    ['registry.internal:80', 'http://registry.internal/v2/'],
    ['registry.internal:5000', 'https://registry.internal:5000/'],
    ['127.0.0.1:5000', 'http://0x7f000001:5000/'],
    ['[0:0::1]:5000', 'http://[::1]:5000/'],
  ])('with %s has %s', (host, url) => {
    expect(hostList([host]).has(new URL(url))).toBe(true);
  });

  it.each([
    ['registry.internal:5000', 'https://registry.internal/'],
    ['registry.internal:443', 'http://registry.internal/'],
    ['registry.internal', 'https://a.registry.internal/'],
    ['registry.internal', 'https://registry.internal.example/'],
    ['127.0.0.1', 'http://localhost/'],
  ])('with %s does not have %s', (host, url) => {
    expect(hostList([host]).has(new URL(url))).toBe(false);
  });

  it.each(['', 'https://registry.internal', 'registry.internal/app', '*.internal', 'user@registry.internal', 'registry.internal:0', 'a b'])(
    'takes no %j',
    (host) => {
      expect(() => hostList([host])).toThrow(expect.objectContaining({ code: 'REFERENCE_INVALID' }));
    },
  );
});
