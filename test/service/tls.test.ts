import { writeFileSync } from 'node:fs';
import { Agent, get, request } from 'node:https';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningService, ServiceOptions } from '@release-capsule/verifier/service';
import { type CertificatePair, makePair } from './certificate-pair.ts';
import { closing, dial } from './raw-client.ts';
import { ServiceBench } from './service-bench.ts';

let bench: ServiceBench;
beforeAll(async () => {
  bench = await ServiceBench.start();
});
afterAll(() => bench[Symbol.asyncDispose]());

test('speaks TLS 1.2 and newer, with the certificate that the file holds now', async () => {
  const [old, renewed] = [makePair('service'), makePair('service')];
  const service = await serve('renewed', old);

  expect(await shownCertificate(service)).toBe(old.cert);
  write('renewed.crt', renewed.cert);
  await sleep(100); // a key that does not belong to it: the old pair stays
  expect(await shownCertificate(service)).toBe(old.cert);
  write('renewed.key', renewed.key);
  for (let tried = 0; tried < 100 && (await shownCertificate(service)) !== renewed.cert; tried += 1) await sleep(20);
  expect(await shownCertificate(service)).toBe(renewed.cert);
  await expect(shownCertificate(service, 'TLSv1.1')).rejects.toThrow(/protocol|version|alert|closed|reset/i);
});

test('takes a client certificate by its authority in place of a token, and names it in the audit line', async () => {
  const [server, client, stranger] = [makePair('service'), makePair('kargo'), makePair('kargo')];
  const audit: object[] = [];
  const access = { clientCaFile: write('clients.pem', client.cert) };
  const service = await serve('mutual', server, { access, onAudit: (entry) => audit.push(entry) });

  expect(await ask(service, '/v1/verify', client)).toBe(200);
  expect(audit).toEqual([expect.objectContaining({ caller: 'certificate:CN=kargo' })]);
  expect(await ask(service, '/v1/verify')).toBe(401);
  expect(await ask(service, '/v1/verify', stranger)).toBe(401);
  expect(await ask(service, '/healthz')).toBe(200);
});

test('ends a connection after a hundred requests, so that a certificate which is accepted no more is noticed', async () => {
  const service = await serve('lasting', makePair('service'));
  const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
  const ports = new Map<number | undefined, number>();

  for (let asked = 0; asked < 101; asked += 1) {
    await new Promise<void>((resolve, reject) => {
      get(`${service.url}/healthz`, { agent }, (answer) => {
        ports.set(answer.socket.localPort, (ports.get(answer.socket.localPort) ?? 0) + 1);
        answer.resume().once('end', resolve);
      }).once('error', reject);
    });
  }
  agent.destroy();

  expect([...ports.values()]).toEqual([100, 1]);
});

describe('a client that connects and never shakes hands', () => {
  test('is cut off, and leaves nothing behind', async () => {
    const service = await serve('silent', makePair('service'));
    const before = openSockets();
    const silent = dialMany(service, 20);

    await Promise.all(silent.map(closing));

    for (let tried = 0; tried < 100 && openSockets() > before; tried += 1) await sleep(20);
    expect(openSockets()).toBeLessThanOrEqual(before);
  }, 15_000);

  test('gives way to others, however many of it there are', async () => {
    const service = await serve('crowded', makePair('service'), { limits: { maxConnections: 10 } });
    const silent = dialMany(service, 100);
    const closed = silent.slice(0, 90).map(closing);

    await Promise.all(closed);
    expect(await ask(service, '/v1/verify')).toBe(200);
    for (const socket of silent) socket.destroy();
  });

  test('does not keep a service from being stopped', async () => {
    const service = await serve('stopped', makePair('service'));
    const silent = dialMany(service, 3);
    await sleep(100);
    const startedAt = performance.now();

    expect(await service.stop(10_000)).toBe(true);

    expect(performance.now() - startedAt).toBeLessThan(1000);
    for (const socket of silent) socket.destroy();
  });
});

test.each([
  ['a certificate that is none', 'no certificate', makePair('a').key],
  ['a key of another certificate', makePair('a').cert, makePair('b').key],
])('does not start with %s', async (what, cert, key) => {
  const name = `bad-${what.length}`;

  await expect(serve(name, { cert, key })).rejects.toMatchObject({ code: 'SERVICE_INVALID' });
});

function dialMany({ url }: RunningService, count: number): readonly Socket[] {
  return Array.from({ length: count }, () => dial(url).on('error', () => undefined).resume());
}

/** Counts the connections of this process, both ends of those to itself. */
function openSockets(): number {
  return process.getActiveResourcesInfo().filter((name) => /^(TCPSocket|TLS)Wrap$/.test(name)).length;
}

function serve(name: string, { cert, key }: CertificatePair, options: Partial<ServiceOptions> = {}): Promise<RunningService> {
  const tls = { certFile: write(`${name}.crt`, cert), keyFile: write(`${name}.key`, key) };
  return bench.serve({ tls, reloadEveryMs: 20, ...options });
}

function write(name: string, text: string): string {
  const path = join(bench.directory, name);
  writeFileSync(path, text);
  return path;
}

function shownCertificate({ url }: RunningService, maxVersion: 'TLSv1.1' | 'TLSv1.3' = 'TLSv1.3'): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const minVersion = maxVersion === 'TLSv1.1' ? 'TLSv1' : 'TLSv1.2';
    const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false, maxVersion, minVersion }, () => {
      resolve(socket.getPeerX509Certificate()?.toString() ?? '');
      socket.end();
    });
    socket.on('error', reject);
  });
}

/** Asks for a path, and returns the status. */
function ask({ url }: RunningService, path: string, client?: CertificatePair): Promise<number | undefined> {
  const body = path === '/healthz' ? '' : JSON.stringify({ capsule: bench.capsule });
  const headers = { 'content-type': 'application/json', 'content-length': body.length };
  return new Promise((resolve, reject) => {
    const method = body === '' ? 'GET' : 'POST';
    const sent = request(`${url}${path}`, { method, headers, rejectUnauthorized: false, agent: false, ...client }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
