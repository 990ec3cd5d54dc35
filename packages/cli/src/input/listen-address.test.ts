import { expect, test } from 'vitest';
import { parseListenAddress } from './listen-address.ts';

test.each([
  ['127.0.0.1:8080', { host: '127.0.0.1', port: 8080 }],
  ['0.0.0.0:0', { host: '0.0.0.0', port: 0 }],
  ['[::1]:8443', { host: '::1', port: 8443 }],
  ['localhost:1', { host: 'localhost', port: 1 }],
])('%s is where to listen', (text, address) => {
  expect(parseListenAddress(text)).toEqual(address);
});

test.each(['8080', ':8080', '127.0.0.1', '127.0.0.1:', '::1:80', '127.0.0.1:65536', 'http://x:80', 'a b:80'])('%j is not', (text) => {
  expect(() => parseListenAddress(text)).toThrow(/--listen is/);
});
