import { expect, test } from 'vitest';
import { parseDuration } from './duration.ts';
import { parseListenAddress } from './listen-address.ts';

const bounds = { minMs: 100, maxMs: 600_000 };

test.each([
  ['500ms', 500],
  ['8s', 8_000],
  ['10m', 600_000],
])('%s is %d milliseconds', (text, ms) => {
  expect(parseDuration(text, '--deadline', bounds)).toBe(ms);
});

test.each(['8', 's', '-1s', '1.5s', '1h', '50ms', '11m', '8 s', '', '9999999s'])('%j is no duration within bounds', (text) => {
  expect(() => parseDuration(text, '--deadline', bounds)).toThrow(/--deadline is/);
});

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
