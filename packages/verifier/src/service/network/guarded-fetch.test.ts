import diagnostics from 'node:diagnostics_channel';
import { createServer, type Server } from 'node:http';
import type { Server as AnyServer, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';
import { OciError, openRegistry } from '@release-capsule/oci';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AddressLookup, createGuardedFetch, type GuardedFetch, type GuardOptions } from './guarded-fetch.ts';

/** An address that is not internal and that nobody has: TEST-NET-3 of RFC 5737. */
const nowhere = { address: '203.0.113.7', family: 4 };
const machine = { address: '127.0.0.1', family: 4 };

let server: Server;
let port: number;
let requests: (string | undefined)[];
let guard: GuardedFetch | undefined;

beforeEach(async () => {
  requests = [];
  server = createServer((request, response) => {
    requests.push(`${request.headers.host ?? ''}${request.url ?? ''}`);
    response.end('here');
  });
  port = await listen(server);
});

afterEach(async () => {
  await guard?.close();
  guard = undefined;
  server.closeAllConnections();
  server.close();
});

async function listen(listener: AnyServer): Promise<number> {
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

interface Asked {
  readonly lookup: AddressLookup;
  readonly names: string[];
}

/** A resolver that gives one answer after the other, the last one for ever. */
function resolver(...answers: readonly (readonly { address: string; family: number }[])[]): Asked {
  const names: string[] = [];
  const lookup: AddressLookup = async (hostname) => answers[Math.min(names.push(hostname), answers.length) - 1] ?? [];
  return { lookup, names };
}

async function send(url: string, options: Partial<GuardOptions> = {}): Promise<string> {
  guard ??= createGuardedFetch({ allowedHosts: [], connectTimeoutMs: 500, ...options });
  const init = { method: 'GET', headers: {}, redirect: 'manual', signal: AbortSignal.timeout(5_000) } as const;
  return (await guard.fetch(new URL(url), init)).text();
}

/** What the fetch of the guard rejects with, from below what fetch makes of it. */
async function refusal(url: string, options: Partial<GuardOptions> = {}): Promise<unknown> {
  const error: unknown = await send(url, options).catch((thrown: unknown) => thrown);
  return error instanceof Error && error.cause !== undefined ? error.cause : error;
}

const refused = (message: string): unknown => expect.objectContaining({ code: 'ADDRESS_REFUSED', message: expect.stringContaining(message) });

describe('a name', () => {
  it.each(['127.0.0.1', '127.8.8.8', '0.0.0.0', '169.254.169.254', '100.100.100.200', '::1', '::', 'fe80::1%eth0', '::ffff:127.0.0.1', '64:ff9b::a9fe:a9fe', 'fd00:ec2::254'])(
    'that leads to %s is refused, and says what to do',
    async (address) => {
      const { lookup } = resolver([{ address, family: address.includes(':') ? 6 : 4 }]);

      const error = await refusal(`http://registry.example:${port}/`, { lookup });

      expect(error).toBeInstanceOf(OciError);
      expect(error).toEqual(refused(`registry.example leads to ${address}, which is `));
      expect(error).toMatchObject({ hint: expect.stringContaining('allow: { hosts: ["registry.example"] }') });
      expect(requests).toEqual([]);
    },
  );

  it('is refused where one of its addresses is internal, whichever would be tried first', async () => {
    const { lookup } = resolver([nowhere, machine]);

    expect(await refusal(`http://registry.example:${port}/`, { lookup })).toEqual(refused('leads to 127.0.0.1'));
  });

  it('is looked up once for a connection, which goes to that answer: a second one would lead here', async () => {
    const { lookup, names } = resolver([nowhere], [machine]);
    const attempts = attemptedAddresses();

    const error = await refusal(`http://registry.example:${port}/`, { lookup });

    expect(names).toEqual(['registry.example']);
    expect(attempts()).toEqual([nowhere.address]);
    expect(error).not.toMatchObject({ code: 'ADDRESS_REFUSED' });
    expect(requests).toEqual([]);
  });

  it('is looked up and checked anew for each connection', async () => {
    const { lookup, names } = resolver([nowhere], [machine]);

    await refusal(`http://registry.example:${port}/`, { lookup });

    expect(await refusal(`http://registry.example:${port}/`)).toEqual(refused('leads to 127.0.0.1'));
    expect(names).toHaveLength(2);
  });

  it('that has no address, or cannot be looked up, is an error like any other', async () => {
    expect(await refusal('http://registry.example/', { lookup: async () => [] })).toMatchObject({ code: 'ENOTFOUND' });
    await guard?.close();
    guard = undefined;
    const failing = async (): Promise<never> => Promise.reject(Object.assign(new Error('x'), { code: 'EAI_AGAIN' }));
    expect(await refusal('http://registry.example/', { lookup: failing })).toMatchObject({ code: 'EAI_AGAIN' });
  });

  it('whose lookup never ends is given up with the connection', async () => {
    const error = await refusal('http://registry.example/', { lookup: () => new Promise(() => undefined), connectTimeoutMs: 100 });

    expect(error).toMatchObject({ code: 'UND_ERR_CONNECT_TIMEOUT' });
  });
});

describe('a host that is internal as it is written', () => {
  it.each(['localhost', 'LOCALHOST.', 'app.localhost', 'metadata.google.internal', '127.1', '2130706433', '0x7f.0.0.1', '0177.1', '127.0.0.1.', '[::1]', '[::ffff:127.0.0.1]', '[::127.0.0.1]', '0'])(
    '%s is refused and not even looked up',
    async (host) => {
      const { lookup, names } = resolver([nowhere]);

      expect(await refusal(`http://${host}:${port}/`, { lookup })).toEqual(refused('the policy does not list that host'));

      expect(names).toEqual([]);
      expect(requests).toEqual([]);
    },
  );

  it('is refused in every number that is an address of this machine', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0x7f000000, max: 0x7fffffff }), fc.constantFrom(8, 10, 16), async (address, base) => {
        const prefix = { 8: '0', 10: '', 16: '0x' }[base] ?? '';

        expect(await refusal(`http://${prefix}${address.toString(base)}:${port}/`)).toEqual(refused('leads to this machine'));
      }),
      { numRuns: 50 },
    );
    expect(requests).toEqual([]);
  });
});

describe('a host that the policy lists', () => {
  it.each(['registry.example', 'registry.example:PORT'])('is spoken to wherever it leads: %s', async (host) => {
    const { lookup, names } = resolver([machine]);

    const answer = await send(`http://registry.example:${port}/v2/`, { lookup, allowedHosts: [host.replace('PORT', `${port}`)] });

    expect(answer).toBe('here');
    expect(names).toEqual(['registry.example']);
    expect(requests).toEqual([`registry.example:${port}/v2/`]);
  });

  it('may be an address', async () => {
    expect(await send(`http://127.0.0.1:${port}/`, { allowedHosts: [`127.0.0.1:${port}`] })).toBe('here');
  });

  it('keeps its connection for the next request', async () => {
    const { lookup, names } = resolver([machine]);
    const url = `http://registry.example:${port}/`;

    await send(url, { lookup, allowedHosts: ['registry.example'] });
    await delay(20); // a connection is free a moment after its answer
    await send(url);

    expect(names).toHaveLength(1);
  });

  it('exempts no other port and no other host', async () => {
    const { lookup } = resolver([machine]);
    const allowedHosts = ['registry.example:5000'];

    expect(await refusal(`http://registry.example:${port}/`, { lookup, allowedHosts })).toEqual(refused('127.0.0.1'));
    expect(await refusal(`http://storage.example:5000/`)).toEqual(refused('127.0.0.1'));
    expect(await refusal(`http://a.registry.example:5000/`)).toEqual(refused('127.0.0.1'));
  });

  it.each(['https://registry.example', '*.example', ''])('is a host and nothing else: not %j', (host) => {
    expect(() => createGuardedFetch({ allowedHosts: [host] })).toThrow(expect.objectContaining({ code: 'REFERENCE_INVALID' }));
  });
});

describe('a registry behind the guard', () => {
  it('that redirects to an internal address is refused there, by name or by number, and not asked again', async () => {
    let location = '';
    const registry = createServer((_request, response) => response.writeHead(307, { location }).end());
    const host = `127.0.0.1:${await listen(registry)}`;
    const { lookup } = resolver([machine]);
    guard = createGuardedFetch({ allowedHosts: [host], lookup });
    const store = openRegistry({ registry: host, repository: 'app' }, { fetch: guard.fetch, allowedHosts: [host] });

    for (const target of [`storage.example:${port}`, `localhost:${port}`, `127.0.0.1:${port}`]) {
      location = `http://${target}/blob`;
      await expect(store.resolve('v1')).rejects.toEqual(refused(`GET http://${target}/blob is not sent`));
    }

    expect(requests).toEqual([]);
    registry.closeAllConnections();
    registry.close();
  });

  it('that names a token service at an internal address gets no token, and nothing is sent there', async () => {
    const challenge = `Bearer realm="http://auth.example:${port}/token",service="r"`;
    const registry = createServer((_request, response) => response.writeHead(401, { 'www-authenticate': challenge }).end());
    const host = `127.0.0.1:${await listen(registry)}`;
    const { lookup } = resolver([machine]);
    guard = createGuardedFetch({ allowedHosts: [host], lookup });
    const store = openRegistry({ registry: host, repository: 'app' }, { fetch: guard.fetch });

    await expect(store.resolve('v1')).rejects.toEqual(refused(`http://auth.example:${port}/token is not sent`));

    expect(requests).toEqual([]);
    registry.closeAllConnections();
    registry.close();
  });
});

it('TLS asks for the name, though the connection goes to an address', async () => {
  const asked: string[] = [];
  const tls = createTlsServer({ SNICallback: (name, answer) => (asked.push(name), answer(null)) });
  const tlsPort = await listen(tls);
  const { lookup } = resolver([machine]);

  // It has no certificate: that the handshake fails is all that can be seen of it.
  await refusal(`https://registry.example:${tlsPort}/`, { lookup, allowedHosts: ['registry.example'] });

  expect(asked).toEqual(['registry.example']);
  tls.close();
});

it('no proxy of the environment is asked to go where the guard does not', async () => {
  process.env['HTTP_PROXY'] = `http://127.0.0.1:${port}`;
  process.env['NODE_USE_ENV_PROXY'] = '1';
  const { lookup } = resolver([nowhere]);

  await refusal('http://registry.example/', { lookup, connectTimeoutMs: 100 });

  delete process.env['HTTP_PROXY'];
  delete process.env['NODE_USE_ENV_PROXY'];
  expect(requests).toEqual([]);
});

it('has no more connections to one origin than it may', async () => {
  let most = 0;
  let open = 0;
  server.on('connection', (socket) => {
    most = Math.max(most, ++open);
    socket.on('close', () => open--);
  });
  const { lookup } = resolver([machine]);
  const options = { lookup, allowedHosts: ['registry.example'], maxConnections: 3 };

  await Promise.all(Array.from({ length: 20 }, () => send(`http://registry.example:${port}/`, options)));

  expect(requests).toHaveLength(20);
  expect(most).toBe(3);
});

/** Notes each address that a socket of this process tries to reach, from now on. */
function attemptedAddresses(): () => readonly string[] {
  const attempts: string[] = [];
  diagnostics.subscribe('net.client.socket', (message) => {
    const { socket } = message as { readonly socket: Socket };
    socket.on('connectionAttempt', (address: string) => attempts.push(address));
  });
  return () => attempts;
}
