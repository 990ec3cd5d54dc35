import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Policy } from '@release-capsule/verifier';
import type { RunningService, ServiceOptions } from '@release-capsule/verifier/service';
import { waitUntil } from '../wait-until.ts';
import { type CertificatePair, makePair } from './certificate-pair.ts';
import { post, ServiceBench } from './service-bench.ts';

type Entry = Readonly<Record<string, unknown>>;

let bench: ServiceBench;
beforeAll(async () => {
  bench = await ServiceBench.start();
});
afterAll(() => bench[Symbol.asyncDispose]());

const never = 3_600_000; // what is read again here is read because it was asked for
const first = 'first-token-0123456789';
const second = 'second-token-0123456789';

function write(name: string, text: string): string {
  const path = join(bench.directory, name);
  writeFileSync(path, text);
  return path;
}

async function statusOf(service: RunningService, token: string): Promise<number> {
  return (await post(service, '/v1/verify', { capsule: bench.capsule }, { authorization: `Bearer ${token}` })).status;
}

async function serve(options: Partial<ServiceOptions>): Promise<{ readonly service: RunningService; readonly log: Entry[] }> {
  const log: Entry[] = [];
  const service = await bench.serve({ reloadEveryMs: never, policiesEveryMs: never, onLog: (entry) => void log.push(entry), ...options });
  return { service, log };
}

const denied = (policy: Policy): Policy => ({ ...policy, deny: [{ what: 'commit', value: bench.app.record.gitCommit, reason: 'it is bad' }] });

describe('a reload', () => {
  test('puts policies and tokens in force together, also for what is remembered, and says so', async () => {
    let policies = [bench.policy];
    const tokenFile = write('together', `${first}\n`);
    const { service, log } = await serve({ access: { tokenFile }, readPolicies: () => Promise.resolve(policies) });
    expect(await statusOf(service, first)).toBe(200);
    policies = [denied(bench.policy)];
    write('together', `${second}\n`);
    expect(await statusOf(service, first)).toBe(200);

    await service.reload();

    expect([await statusOf(service, first), await statusOf(service, second)]).toEqual([401, 422]);
    expect(log.filter(({ event }) => event !== 'request').map(({ event }) => event)).toEqual(['policy', 'policy', 'tokens', 'reloaded']);
    policies = [bench.policy];
    await service.reload();
    expect(await statusOf(service, second)).toBe(200);
  });

  test('ends nothing: what has begun ends under the policy that it has begun under', async () => {
    await using own = await ServiceBench.start();
    own.registry.fail({ path: /\/referrers\//, times: 1, fault: { kind: 'trickle', everyMs: 1 } });
    let policies = [own.policy];
    const service = await own.serve({ readPolicies: () => Promise.resolve(policies), policiesEveryMs: never });
    const before = own.registry.asked().length;
    const asked = post(service, '/v1/verify', { capsule: own.capsule });
    await waitUntil(() => own.registry.asked().slice(before).some((path) => path.includes('/referrers/')));
    policies = [{ ...own.policy, deny: [{ what: 'commit', value: own.app.record.gitCommit, reason: 'it is bad' }] }];
    await service.reload();

    expect((await asked).status).toBe(200);
    expect((await post(service, '/v1/verify', { capsule: own.capsule })).status).toBe(422);
  });

  test('keeps what cannot be replaced, each of the three for itself, and says which and why', async () => {
    const pair = makePair('service');
    const tls = { certFile: write('kept.crt', pair.cert), keyFile: write('kept.key', pair.key) };
    const tokenFile = write('kept', `${first}\n`);
    let torn = false;
    const readPolicies = (): Promise<readonly Policy[]> => (torn ? Promise.reject(new Error('policy.yaml is torn')) : Promise.resolve([bench.policy]));
    const { service, log } = await serve({ tls, access: { tokenFile }, readPolicies });
    torn = true;
    write('kept', 'short\n');
    write('kept.key', makePair('other').key);
    await service.reload();

    expect(await shownCertificate(service)).toBe(pair.cert);
    expect(await askTls(service, { token: first })).toBe(200);
    const failed = log.filter(({ event }) => event === 'reload-failed');
    expect(new Set(failed.map(({ level, what }) => `${String(level)} ${String(what)}`))).toEqual(new Set(['error certificates', 'error policies', 'error tokens']));
    const reasons = JSON.stringify(failed);
    for (const part of ['policy.yaml is torn', 'kept.key', 'line 1 is not a token']) expect(reasons).toContain(part);
    expect(reasons).not.toContain('short');
    expect(log.at(-1)?.['event'] === 'request' ? log.at(-2) : log.at(-1)).toMatchObject({ level: 'error', event: 'reloaded', kept: ['policies', 'certificates', 'tokens'] });

    torn = false;
    write('kept', `${second}\n`);
    await service.reload(); // the key is still another's
    expect([await askTls(service, { token: first }), await askTls(service, { token: second })]).toEqual([401, 200]);
    const renewed = makePair('service');
    write('kept.crt', renewed.cert);
    write('kept.key', renewed.key);
    await service.reload();
    expect(await shownCertificate(service)).toBe(renewed.cert);
  });

  test('that is asked for many times at once leaves the last state in force', async () => {
    let policies = [bench.policy];
    let reads = 0;
    const readPolicies = async (): Promise<readonly Policy[]> => ((reads += 1), policies);
    const { service } = await serve({ access: { allowAnonymous: true }, readPolicies });
    const all = Array.from({ length: 20 }, () => service.reload());
    policies = [denied(bench.policy)];
    all.push(service.reload());
    await Promise.all(all);

    expect(await statusOf(service, '')).toBe(422);
    expect(reads).toBeLessThan(10);
  });
});

test.skipIf(process.platform === 'win32')('what was given as a pipe stays in force: it cannot be read again, and no reading of it ever hangs', async () => {
  const pair = makePair('service');
  const contents = { certFile: pair.cert, keyFile: pair.key, clientCaFile: pair.cert, tokenFile: `${first}\n` };
  const paths = Object.fromEntries(Object.keys(contents).map((name) => [name, join(bench.directory, `${name}.pipe`)])) as Record<keyof typeof contents, string>;
  for (const path of Object.values(paths)) rmSync(path, { force: true });
  execFileSync('mkfifo', Object.values(paths));
  // By programs of their own: in this one, opening pipes for writing would take all threads from opening them for reading.
  for (const [name, text] of Object.entries(contents)) spawn('tee', [paths[name as keyof typeof contents]], { stdio: ['pipe', 'ignore', 'ignore'] }).stdin.end(text);
  const { certFile, keyFile, clientCaFile, tokenFile } = paths;
  const { service, log } = await serve({ tls: { certFile, keyFile }, access: { clientCaFile, tokenFile } });
  await service.reload();
  await service.reload();

  expect(await askTls(service, { token: first })).toBe(200);
  expect(log.filter(({ event }) => event === 'reload-failed').map(({ what }) => what)).toEqual(expect.arrayContaining(['tokens', 'certificates']));
  expect(JSON.stringify(log)).toContain('tokenFile.pipe is not a regular file');
});

describe('a mounted Secret, whose files are replaced by moving a link', () => {
  /** Puts files in place as Kubernetes does: a folder a version, a link to it that is moved, links to the files through it. */
  function project(mount: string, version: string, files: Readonly<Record<string, string>>): void {
    mkdirSync(join(mount, version), { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(mount, version, name), text);
    symlinkSync(version, join(mount, '..data_tmp'));
    renameSync(join(mount, '..data_tmp'), join(mount, '..data'));
    for (const name of Object.keys(files)) {
      rmSync(join(mount, name), { force: true });
      symlinkSync(join('..data', name), join(mount, name));
    }
  }

  test('is followed, and the tokens end with the file', async () => {
    const mount = join(bench.directory, 'secret');
    project(mount, '..2026_1', { token: first });
    const log: Entry[] = [];
    const service = await bench.serve({ access: { tokenFile: join(mount, 'token') }, reloadEveryMs: 20, onLog: (entry) => void log.push(entry) });
    expect(await statusOf(service, first)).toBe(200);
    project(mount, '..2026_2', { token: second });
    await waitUntil(async () => (await statusOf(service, second)) === 200);
    expect(await statusOf(service, first)).toBe(401);

    project(mount, '..2026_3', {}); // the key was taken out of the Secret
    await waitUntil(async () => (await statusOf(service, second)) === 401);
    expect(log.findLast(({ event }) => event === 'tokens')).toMatchObject({ level: 'warn', count: 0, reason: expect.stringContaining('not there any more') });

    project(mount, '..2026_4', { token: 'short' }); // what is faulty brings nobody back
    await waitUntil(() => log.some(({ event, what }) => event === 'reload-failed' && what === 'tokens'));
    expect([await statusOf(service, first), await statusOf(service, second)]).toEqual([401, 401]);
    project(mount, '..2026_5', { token: first });
    await waitUntil(async () => (await statusOf(service, first)) === 200);
  });
});

test('the authorities of client certificates end with their file, also for connections that are open', async () => {
  const [server, client] = [makePair('service'), makePair('kargo')];
  const tls = { certFile: write('ca.crt', server.cert), keyFile: write('ca.key', server.key) };
  const clientCaFile = write('clients', client.cert);
  const { service, log } = await serve({ tls, access: { clientCaFile } });
  const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false, ...client });
  expect([await askTls(service, { client }), await askTls(service, { agent })]).toEqual([200, 200]);
  unlinkSync(clientCaFile);
  await service.reload();

  expect([await askTls(service, { client }), await askTls(service, { agent })]).toEqual([401, 401]);
  expect(log.findLast(({ event }) => event === 'certificate')).toMatchObject({ level: 'warn', reason: expect.stringContaining('client authorities') });
  write('clients', client.cert);
  await service.reload();
  expect(await askTls(service, { client })).toBe(200);
  agent.destroy();
});

test.each([
  ['has expired', '210101000000Z', /has expired/],
  ['is good', undefined, undefined],
])('a certificate that %s is told of as the service starts', async (what, until, reason) => {
  const { cert, key } = makePair('service', until);
  const { log } = await serve({ tls: { certFile: write(`${what}.crt`, cert), keyFile: write(`${what}.key`, key) } });

  const said = reason === undefined ? { level: 'info' } : { level: 'warn', reason: expect.stringMatching(reason) };
  expect(log.find(({ event }) => event === 'certificate')).toMatchObject(said);
});

interface TlsQuestion {
  readonly token?: string;
  readonly client?: CertificatePair;
  readonly agent?: Agent;
}

function askTls({ url }: RunningService, { token, client, agent }: TlsQuestion): Promise<number | undefined> {
  const body = JSON.stringify({ capsule: bench.capsule });
  const headers = { 'content-type': 'application/json', 'content-length': body.length, ...(token !== undefined && { authorization: `Bearer ${token}` }) };
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/v1/verify`, { method: 'POST', headers, rejectUnauthorized: false, agent: agent ?? false, ...client }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function shownCertificate({ url }: RunningService): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false }, () => {
      resolve(socket.getPeerX509Certificate()?.toString() ?? '');
      socket.end();
    });
    socket.on('error', reject);
  });
}
