import type { LookupAddress } from 'node:dns';
import { lookup as askSystem } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import { type Fetch, hostList, internalHost } from '@release-capsule/oci';
import { Agent, buildConnector, fetch as undiciFetch } from 'undici';
import { hideElsewhere, type HideOptions } from './hide-elsewhere.ts';
import { refusedAddress } from './refused-address.ts';

/** Finds all addresses of a name, in the order in which to try them. */
export type AddressLookup = (hostname: string) => Promise<readonly LookupAddress[]>;

/** What {@link createGuardedFetch} can be told. */
export interface GuardOptions extends HideOptions {
  /** The hosts, `host` or `host:port`, that may be this machine, its link or a metadata service: `allow.hosts` of a policy. */
  readonly allowedHosts: readonly string[];
  /** Default: the system's resolver, so that /etc/hosts and search domains count. */
  readonly lookup?: AddressLookup;
  /** Longest wait for a connection, its lookup and TLS included, in milliseconds. */
  readonly connectTimeoutMs?: number;
  /** Most connections to one origin at a time; further requests wait for one. */
  readonly maxConnections?: number;
}

/** A fetch that speaks to no internal address, and the connections that it keeps. */
export interface GuardedFetch {
  readonly fetch: Fetch;
  /** Ends all connections, those in use too. */
  close(): Promise<void>;
}

const defaultConnectTimeoutMs = 3_000; // of the ten seconds that Kargo waits, with room for another try
const defaultMaxConnections = 32; // a registry is asked some things at once, and is not ours to flood
const idleMs = 10_000; // shorter than a name usually lives, so that a moved one is noticed

/**
 * Makes a fetch that refuses to connect to an internal address: `internalAddress` of `@release-capsule/oci`. A name is
 * looked up once for each connection, refused where any of its addresses is internal, and the connection goes to those
 * addresses and no other; TLS still verifies the name. A host that is allowed is exempt, and only it. Proxies of the
 * environment are not used: what they connect to, nobody here could check. A registry can lead to any other host of a
 * private network: how a connection there fails is kept from whoever asks, who could else search the network by it.
 * @throws {OciError} `REFERENCE_INVALID` where an allowed host is none. The fetch rejects with `ADDRESS_REFUSED` as cause.
 */
export function createGuardedFetch(options: GuardOptions): GuardedFetch {
  const agent = new Agent({
    connect: guardedConnector(options),
    connections: options.maxConnections ?? defaultMaxConnections,
    keepAliveTimeout: idleMs,
    keepAliveMaxTimeout: idleMs,
  });
  return {
    fetch: hideElsewhere((url, init) => undiciFetch(url, { ...init, dispatcher: agent }), options),
    close: () => agent.destroy(),
  };
}

function guardedConnector({ allowedHosts, lookup = askAll, connectTimeoutMs }: GuardOptions): buildConnector.connector {
  const allowed = hostList(allowedHosts);
  // Of the addresses that were checked, each is tried for a moment, both families in turn, as Node does it.
  const common = { timeout: connectTimeoutMs ?? defaultConnectTimeoutMs, autoSelectFamily: true };
  const connectAnywhere = buildConnector({ ...common, lookup: lookUpFor(lookup, () => undefined) });
  const connectOutside = buildConnector({ ...common, lookup: lookUpFor(lookup, refuseInternal) });
  return (target, callback) => {
    const { hostname, host = hostname, protocol } = target;
    if (allowed.has(new URL(`${protocol}//${host}`))) return connectAnywhere(target, callback);
    const kind = internalHost(hostname); // an address that is written out is not looked up
    if (kind === undefined) return connectOutside(target, callback);
    return queueMicrotask(() => callback(refusedAddress(hostname, { address: hostname, kind }), null));
  };
}

const askAll: AddressLookup = (hostname) => askSystem(hostname, { all: true });

type AddressCheck = (hostname: string, addresses: readonly LookupAddress[]) => void;

/** Makes the lookup of a socket, which asks it once and connects to what it answers. */
function lookUpFor(lookup: AddressLookup, check: AddressCheck): LookupFunction {
  const find = async (hostname: string): Promise<LookupAddress[]> => {
    const addresses = await lookup(hostname);
    if (addresses.length === 0) throw Object.assign(new Error(`${hostname} has no address`), { code: 'ENOTFOUND' });
    check(hostname, addresses);
    return [...addresses];
  };
  const answer = callbackify(find);
  return (hostname, _options, callback) => answer(hostname, callback);
}

function refuseInternal(hostname: string, addresses: readonly LookupAddress[]): void {
  for (const { address } of addresses) {
    const kind = internalHost(address);
    if (kind !== undefined) throw refusedAddress(hostname, { address, kind });
  }
}
