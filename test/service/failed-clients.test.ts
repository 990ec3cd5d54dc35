import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { get as getPlain } from 'node:http';
import { get } from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningService } from '@release-capsule/verifier/service';
import { waitUntil } from '../wait-until.ts';
import { makePair } from './certificate-pair.ts';
import { closing, dial } from './raw-client.ts';
import { ServiceBench } from './service-bench.ts';

type Entry = Readonly<Record<string, unknown>>;

let bench: ServiceBench;
beforeAll(async () => {
  bench = await ServiceBench.start();
});
afterAll(() => bench[Symbol.asyncDispose]());

async function serve(scheme: 'http' | 'https', until?: string): Promise<{ readonly service: RunningService; readonly failed: () => readonly Entry[] }> {
  const log: Entry[] = [];
  const { cert, key } = makePair('service', until);
  const [certFile, keyFile] = [join(bench.directory, 'peer.crt'), join(bench.directory, 'peer.key')];
  writeFileSync(certFile, cert);
  writeFileSync(keyFile, key);
  const service = await bench.serve({ onLog: (entry) => void log.push(entry), ...(scheme === 'https' && { tls: { certFile, keyFile } }) });
  return { service, failed: () => log.filter(({ event }) => event === 'client-failed') };
}

/** Asks and fails, by whatever the address says. */
function fail(url: string): Promise<unknown> {
  const ask = url.startsWith('https:') ? get : getPlain;
  return new Promise((resolve) => {
    ask(url, { agent: false }, (response) => resolve(response.resume())).on('error', resolve);
  });
}

test.each([
  ['https', 'plain HTTP to the port that speaks TLS', (url: string) => url.replace('https:', 'http:'), /speaks plain HTTP to this port, which speaks TLS: ask it by https:/],
  ['http', 'TLS to the port that speaks plain HTTP', (url: string) => url.replace('http:', 'https:'), /speaks TLS to this port, which speaks plain HTTP: ask it by http:/],
] as const)('over %s, %s leaves a line in the log, once a minute however often it happens', async (scheme, _what, spell, reason) => {
  const { service, failed } = await serve(scheme);
  for (let at = 0; at < 30; at += 1) await fail(`${spell(service.url)}/healthz`);
  await waitUntil(() => failed().length > 0);

  expect(failed()).toEqual([expect.objectContaining({ level: 'warn', reason: expect.stringMatching(reason), peer: '127.0.0.1' })]);
});

test('a client that does not trust the certificate, and says so, leaves a line in the log', async (context) => {
  if (spawnSync('openssl', ['version']).status !== 0) context.skip('needs openssl: clients of Node hang up without a word');
  const { service, failed } = await serve('https');
  const { host } = new URL(service.url);
  const client = spawn('openssl', ['s_client', '-connect', host, '-verify_return_error', '-verify', '1'], { stdio: ['ignore', 'ignore', 'ignore'] });
  await once(client, 'exit');
  await waitUntil(() => failed().length > 0);

  expect(failed()).toEqual([expect.objectContaining({ reason: expect.stringContaining('does not trust the certificate of the service') })]);
});

test('TLS that is too old leaves a line in the log', async () => {
  const { service, failed } = await serve('https');
  const { hostname, port } = new URL(service.url);
  await new Promise((resolve) => {
    const old = { maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0', rejectUnauthorized: false } as const;
    connect({ host: hostname, port: Number(port), ...old }).on('error', resolve).on('secureConnect', resolve);
  });
  await waitUntil(() => failed().length > 0);

  expect(failed()).toEqual([expect.objectContaining({ reason: expect.stringMatching(/older than 1\.2/) })]);
});

test('what only looks whether the port is open leaves no line', async () => {
  for (const scheme of ['http', 'https'] as const) {
    const { service, failed } = await serve(scheme);
    const socket = dial(service.url);
    const closed = closing(socket);
    socket.on('connect', () => socket.end());
    await closed;
    const garbled = dial(service.url);
    garbled.on('connect', () => garbled.resetAndDestroy());
    await sleep(50);

    expect(failed()).toEqual([]);
  }
});
