import { normaliseRegistry } from '@release-capsule/core';
import { OciError } from '../errors.ts';

/** Hosts that are named one by one, and asked about by URL. */
export interface HostList {
  has(url: URL): boolean;
}

const defaultPorts: Readonly<Record<string, string>> = { 'https:': '443', 'http:': '80' };

/**
 * Makes a list of hosts, each `host` (every port of it) or `host:port`. Names are compared as text, nothing is looked up.
 * @throws {OciError} `REFERENCE_INVALID` where one is no host.
 */
export function hostList(hosts: readonly string[]): HostList {
  const names = new Set(hosts.map(parseHost));
  return {
    has({ protocol, hostname, port }) {
      const host = hostname.replace(/\.$/, '');
      return names.has(host) || names.has(`${host}:${port === '' ? defaultPorts[protocol] : port}`);
    },
  };
}

function parseHost(text: string): string {
  const host = normaliseRegistry(text);
  if (host !== undefined) return host;
  const quoted = JSON.stringify(text.slice(0, 300));
  throw new OciError('REFERENCE_INVALID', `${quoted} is not a host`, { hint: 'Write HOST or HOST:PORT, without a scheme.' });
}
