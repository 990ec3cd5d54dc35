import { isIPv4 } from 'node:net';
import { quote } from '@release-capsule/schema';

/**
 * Parses the address of a service: https, or plain HTTP on this machine. What is sent may be a token, and what comes
 * back is signed into the bundle. Returns undefined where it is no such address.
 */
export function parseServiceUrl(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isPlain = url.username === '' && url.password === '' && url.hash === '';
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
  return isPlain && isSafe ? url : undefined;
}

/** Says, for a message, what is wrong with an address that {@link parseServiceUrl} does not take. */
export function describeServiceUrl(text: string): string {
  return `${quote(withoutCredentials(text))} is not an https:// address (plain http:// is for loopback alone)`;
}

/** Appends a path to the address of a service, whether or not the address ends with a slash. */
export function servicePath(base: URL, path: string): URL {
  const url = new URL(base);
  url.pathname = `${base.pathname.replace(/\/+$/, '')}/${path}`;
  return url;
}

function isLoopback(hostname: string): boolean {
  const host = hostname.toLowerCase();
  return host === 'localhost' || host === '[::1]' || (isIPv4(host) && host.startsWith('127.'));
}

/** A password in an address is a secret, also where the address is wrong: it may hold slashes and at signs. */
function withoutCredentials(text: string): string {
  return text.replace(/^(https?:\/\/)?.*@/is, '$1');
}
