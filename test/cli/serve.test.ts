import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FakeRegistry } from '../../packages/oci/src/registry/testing/fake-registry.ts';
import { waitUntil } from '../wait-until.ts';
import { makePair } from '../service/certificate-pair.ts';
import { capsulePath, type CommandResult, type RunningCommand } from './capsule-command.ts';
import { Workbench } from './workbench.ts';

const token = 'a-token-0123456789abcdef';
const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };

let bench: Workbench;
let registry: FakeRegistry;
let place: string;
beforeAll(async () => {
  bench = new Workbench();
  registry = await FakeRegistry.start();
  place = `${registry.host}/example/app-capsule`;
  await bench.release(place);
  bench.write('tokens', `${token}\n`);
  bench.write('policy.yaml', policyFor(place));
}, 60_000);

afterAll(async () => {
  await registry.stop();
  bench[Symbol.dispose]();
});

const usual = ['serve', '--policy', 'policy.yaml', '--token-file', 'tokens', '--listen', '127.0.0.1:0'];

describe('capsule serve', () => {
  test('answers until it is told to stop, then ends with 0: verdicts on stdout, the rest on stderr', async () => {
    const service = await start(usual);
    const body = JSON.stringify({ capsule: { repoURL: place, tag: bench.tag }, stage: 'test' });
    const accepted = await fetch(`${service.url}/v1/verify`, { method: 'POST', headers, body });
    const stranger = await fetch(`${service.url}/v1/verify`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });

    expect(await accepted.json()).toMatchObject({ ok: true, outcome: 'accepted', package: { path: 'package/kustomize' } });
    expect(stranger.status).toBe(401);
    service.command.signal('SIGTERM');
    const { status, stdout, stderr } = await service.command.ended;
    expect(status).toBe(0);
    expect(linesOf(stdout)).toMatchObject([{ audit: 'verdict', caller: 'token:1', stage: 'test', outcome: 'accepted' }]);
    expect(linesOf(stderr).map(({ event }) => event)).toEqual(['policy', 'listening', 'request', 'request', 'stopping', 'stopped']);
    expect(stdout + stderr).not.toContain(token);
    expect(readdirSync(bench.temporary)).toEqual([]);
  });

  test('ends where nobody reads its verdicts any more: what is not written down is not said', async () => {
    const service = await start(usual);
    const ask = (): Promise<Response> => fetch(`${service.url}/v1/verify`, { method: 'POST', headers, body: JSON.stringify({ capsule: { repoURL: place, tag: bench.tag } }) });
    service.command.child.stdout?.destroy();

    await ask().catch(() => undefined); // the line that is lost is this one's
    const { status, stderr } = await service.command.ended;

    expect(status).toBe(4);
    expect(linesOf(stderr)).toContainEqual(expect.objectContaining({ level: 'error', event: 'audit-lost' }));
    await expect(ask()).rejects.toThrow('fetch failed');
    expect(readdirSync(bench.temporary)).toEqual([]);
  });

  test.skipIf(!existsSync('/dev/full'))('ends with 4 where the disk is full, also if several verdicts at once cannot be written down', async () => {
    const command = [process.execPath, capsulePath, ...usual, '--max-concurrent', '256', '--max-queued', '1000'];
    const line = `exec ${command.map((part) => `'${part}'`).join(' ')} > /dev/full`;
    const program = spawn('sh', ['-c', line], { cwd: bench.directory, env: bench.env, stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    program.stderr.on('data', (bytes) => (stderr += String(bytes)));
    const ended = once(program, 'close');
    await waitUntil(() => /"listening".*\n/.test(stderr));
    const url = String(linesOf(stderr).find(({ event }) => event === 'listening')?.['url']);
    // Each of its own, so that they end one soon after the other: lines are also lost while the service is being stopped.
    const asked = Array.from({ length: 300 }, async (_, at) => {
      const body = JSON.stringify({ capsule: { repoURL: place, digest: `sha256:${String(at).padStart(64, '0')}` } });
      return fetch(`${url}/v1/verify`, { method: 'POST', headers, body }).then(({ status }) => status, () => 0);
    });
    for (const status of await Promise.all(asked)) expect([0, 500, 503]).toContain(status);
    expect(await ended).toEqual([4, null]);
    expect(linesOf(stderr)).toContainEqual(expect.objectContaining({ level: 'error', event: 'audit-lost', reason: expect.stringContaining('ENOSPC') }));
  });

  test('reads everything again at SIGHUP, and ends nothing', async () => {
    const answers = async (service: StartedService, bearer = token): Promise<number> => {
      const body = JSON.stringify({ capsule: { repoURL: place, tag: bench.tag } });
      return (await fetch(`${service.url}/v1/verify`, { method: 'POST', headers: { ...headers, authorization: `Bearer ${bearer}` }, body })).status;
    };
    bench.write('hup-policy.yaml', policyFor(place));
    bench.write('hup-tokens', `${token}\n`);
    const service = await start(['serve', '--policy', 'hup-policy.yaml', '--token-file', 'hup-tokens', '--listen', '127.0.0.1:0']);
    registry.fail({ path: /\/referrers\//, times: 1, fault: { kind: 'trickle', everyMs: 1 } });
    const before = registry.asked().length;
    const running = answers(service);
    await waitUntil(() => registry.asked().slice(before).some((path) => path.includes('/referrers/')));
    bench.write('hup-policy.yaml', `${policyFor(place)}deny: [{ commit: "${bench.tag.slice(4)}", reason: it is bad }]\n`);
    bench.write('hup-tokens', 'another-token-0123456789\n');
    service.command.signal('SIGHUP');
    await waitUntil(() => service.stderr().includes('"reloaded"'));

    expect(await running).toBe(200);
    expect([await answers(service), await answers(service, 'another-token-0123456789')]).toEqual([401, 422]);
    bench.write('hup-policy.yaml', 'kind: Nothing\n');
    service.command.signal('SIGHUP');
    await waitUntil(() => service.stderr().includes('"reload-failed"'));
    expect(await answers(service, 'another-token-0123456789')).toBe(422);
    service.command.signal('SIGHUP');
    service.command.signal('SIGTERM');
    const { status, stderr } = await service.command.ended;
    expect(status).toBe(0);
    expect(linesOf(stderr)).toContainEqual(expect.objectContaining({ event: 'reload-failed', what: 'policies', reason: expect.stringContaining('hup-policy.yaml') }));
  });

  test.skipIf(process.platform === 'win32')('keeps a policy that was given as a pipe, says so at SIGHUP, and can still end', async () => {
    rmSync(`${bench.directory}/policy.pipe`, { force: true });
    execFileSync('mkfifo', [`${bench.directory}/policy.pipe`]);
    spawn('tee', [`${bench.directory}/policy.pipe`], { stdio: ['pipe', 'ignore', 'ignore'] }).stdin.end(policyFor(place));
    const service = await start(['serve', '--policy', 'policy.pipe', '--token-file', 'tokens', '--listen', '127.0.0.1:0']);
    service.command.signal('SIGHUP');
    await waitUntil(() => service.stderr().includes('"reloaded"'));
    const answer = await fetch(`${service.url}/v1/verify`, { method: 'POST', headers, body: JSON.stringify({ capsule: { repoURL: place, tag: bench.tag } }) });
    service.command.signal('SIGTERM');
    const { status, stderr } = await service.command.ended;

    expect([answer.status, status]).toEqual([200, 0]);
    expect(linesOf(stderr)).toContainEqual(expect.objectContaining({ event: 'reload-failed', what: 'policies', reason: expect.stringContaining('policy.pipe is not a regular file') }));
  });

  test('ends with the terminal that it runs in: the signal of one that is closed asks for no reload', async (context) => {
    const { error, stdout } = spawnSync('script', ['--version'], { encoding: 'utf8' });
    if (error !== undefined || !stdout.includes('util-linux')) context.skip('needs script of util-linux');
    const command = [process.execPath, capsulePath, 'serve', '--policy', 'policy.yaml', '--allow-anonymous', '--listen', '127.0.0.1:0'];
    const line = `exec ${command.map((part) => `'${part}'`).join(' ')}`;
    const terminal = spawn('script', ['-qec', line, '/dev/null'], { cwd: bench.directory, env: { ...bench.env, SHELL: '/bin/sh' } });
    let shown = '';
    terminal.stdout.on('data', (bytes) => (shown += String(bytes)));
    await waitUntil(() => /"listening".*"\}/.test(shown));
    const { url } = JSON.parse(/\{[^\n]*"listening".*"\}/.exec(shown)?.[0] ?? '{}') as { url: string };
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    terminal.kill('SIGKILL'); // with it, the terminal is gone

    await waitUntil(async () => (await fetch(`${url}/healthz`).catch(() => undefined)) === undefined);
  });

  test('lets what has begun end at the first signal; a second one ends at once', async () => {
    registry.fail({ path: /\/referrers\//, times: 1, fault: { kind: 'silence' } });
    const service = await start(usual);
    const asked = fetch(`${service.url}/v1/verify`, { method: 'POST', headers, body: JSON.stringify({ capsule: { repoURL: place, tag: bench.tag } }) });
    asked.catch(() => undefined);
    await waitUntil(() => registry.asked().at(-1)?.includes('/referrers/') === true);
    service.command.signal('SIGTERM');
    await waitUntil(() => service.stderr().includes('"stopping"'));
    expect((await fetch(`${service.url}/readyz`)).status).toBe(503);
    service.command.signal('SIGTERM');

    expect((await service.command.ended).status).toBe(130);
    await expect(asked).rejects.toThrow('fetch failed');
  });

  test('loses nothing where it is killed in the middle of a verification: the next one answers the same question', async () => {
    registry.fail({ path: /\/blobs\//, times: 1, fault: { kind: 'silence' } });
    const body = JSON.stringify({ capsule: { repoURL: place, tag: bench.tag } });
    const ask = ({ url }: StartedService): Promise<Response> => fetch(`${url}/v1/verify`, { method: 'POST', headers, body });
    const killed = await start(usual);
    const asked = ask(killed).catch((error: unknown) => error);
    await waitUntil(() => registry.asked().at(-1)?.includes('/blobs/') === true);
    killed.command.signal('SIGKILL');

    expect(await asked).toMatchObject({ message: 'fetch failed' }); // to Kargo an error that is tried again, and no refusal
    expect((await killed.command.ended).stdout).toBe('');
    const next = await start(usual);
    const answer = await ask(next);
    expect(answer.status).toBe(200);
    next.command.signal('SIGTERM');
    expect(linesOf((await next.command.ended).stdout)).toMatchObject([{ audit: 'verdict', outcome: 'accepted' }]);
    expect(readdirSync(bench.temporary)).toEqual([]);
  });

  test('leaves nothing that fills the disk where it is killed', async () => {
    for (let at = 0; at < 3; at += 1) {
      const service = await start(usual);
      service.command.signal('SIGKILL');
      await service.command.ended;
    }
    const service = await start(usual);
    expect(readdirSync(bench.temporary)).toHaveLength(1);
    service.command.signal('SIGINT');
    expect((await service.command.ended).status).toBe(0);
    expect(readdirSync(bench.temporary)).toEqual([]);
  });

  test.each([
    ['no authentication is configured', ['serve', '--policy', 'policy.yaml'], 'SERVICE_INVALID'],
    ['only the old verification is opened', ['serve', '--policy', 'policy.yaml', '--allow-anonymous-verify'], 'SERVICE_INVALID'],
    ['there is no policy', ['serve', '--token-file', 'tokens'], 'OPTION_INVALID'],
    ['a policy does not say where its capsules lie', ['serve', '--policy', 'placeless.yaml', '--token-file', 'tokens'], 'CAPSULE_UNNAMED'],
    ['a certificate has no key', [...usual, '--tls-cert', 'tls.crt'], 'OPTION_INVALID'],
    ['a port is none', [...usual, '--listen', '127.0.0.1:70000'], 'OPTION_INVALID'],
    ['a duration is none', [...usual, '--deadline', '8'], 'OPTION_INVALID'],
    ['a number is none', [...usual, '--max-concurrent', '0'], 'OPTION_INVALID'],
    ['the address is not ours', [...usual, '--listen', '192.0.2.1:8080'], 'SERVICE_INVALID'],
  ])('does not start where %s', async (_what, args, code) => {
    bench.write('placeless.yaml', policyFor());
    const { status, stdout } = await bench.run([...args, '--json']);

    expect({ status, code: JSON.parse(stdout).error.code }).toEqual({ status: 2, code });
  });

  test('says in words why it does not start: the file, the port, what belongs to what', async () => {
    const [pair, other] = [makePair('a'), makePair('b')];
    for (const [name, text] of Object.entries({ 'a.crt': pair.cert, 'a.key': pair.key, 'b.key': other.key })) bench.write(name, text);
    const running = await start(usual);
    const { host } = new URL(running.url);
    bench.write('torn.yaml', 'kind: [\n');
    const refusals: readonly (readonly [args: readonly string[], words: string])[] = [
      [[...usual, '--policy', 'torn.yaml'], 'torn.yaml: the policy'],
      [['serve', '--policy', 'policy.yaml'], 'no authentication is configured'],
      [[...usual, '--tls-cert', 'a.crt'], '--tls-cert is given without --tls-key'],
      [[...usual, '--tls-key', 'a.key'], '--tls-key is given without --tls-cert'],
      [[...usual, '--tls-cert', 'a.crt', '--tls-key', 'b.key'], 'does not belong to the certificate'],
      [[...usual, '--tls-cert', 'a.key', '--tls-key', 'a.key'], 'a.key is not a certificate in PEM'],
      [[...usual, '--tls-cert', 'a.crt', '--tls-key', 'a.crt'], 'a.crt is not a private key in PEM'],
      [[...usual, '--client-ca', 'a.crt'], 'client certificates need TLS'],
      [[...usual, '--listen', host], `the service cannot listen on ${host}: another process already uses this port (EADDRINUSE)`],
    ];
    for (const [args, words] of refusals) {
      const { status, stderr } = await bench.run(args);
      expect([status, stderr]).toEqual([2, expect.stringContaining(words)]);
    }
    running.command.signal('SIGTERM');
    await running.command.ended;
  });

  test.for(['127.0.0.1', '[::1]'])('answers everybody only where it is told to, on %s', async (host, context) => {
    if (host === '[::1]' && !hasIPv6()) context.skip('needs IPv6 on loopback');
    const service = await start(['serve', '--policy', 'policy.yaml', '--allow-anonymous', '--listen', `${host}:0`]);
    const { status } = await fetch(`${service.url}/v1/verify`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ capsule: { repoURL: place, tag: bench.tag } }),
    });

    expect(status).toBe(200);
    service.command.signal('SIGINT');
    expect((await service.command.ended).status).toBe(0);
  });
}, 60_000);

function hasIPv6(): boolean {
  return Object.values(networkInterfaces()).flat().some((address) => address?.address === '::1');
}

function policyFor(repository?: string): string {
  const line = repository === undefined ? '' : `  repository: ${repository}\n`;
  const allow = repository === undefined ? '' : `allow: { hosts: ["${repository.slice(0, repository.indexOf('/'))}"] }\n`;
  return `apiVersion: release-capsule/v1\nkind: Policy\n${allow}capsule:\n  name: app\n${line}  signers:\n    - key: signing.pub\n`;
}

interface StartedService {
  readonly url: string;
  readonly command: RunningCommand;
  readonly stderr: () => string;
}

/** Starts the command, and waits until it says where it listens. */
async function start(args: readonly string[]): Promise<StartedService> {
  const command = bench.start(args);
  let stderr = '';
  command.child.stderr?.on('data', (text: string) => (stderr += text));
  const ended: { result?: CommandResult } = {};
  void command.ended.then((result) => (ended.result = result));
  await waitUntil(() => /"listening".*\n/.test(stderr) || ended.result !== undefined);
  if (ended.result !== undefined) throw new Error(`it did not start: ${ended.result.stderr}`);
  return { url: String(linesOf(stderr).find(({ event }) => event === 'listening')?.['url']), command, stderr: () => stderr };
}

function linesOf(text: string): readonly Readonly<Record<string, unknown>>[] {
  return text.trimEnd().split('\n').map((line) => JSON.parse(line));
}
