import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FakeRegistry } from '../../packages/oci/src/registry/testing/fake-registry.ts';
import { waitUntil } from '../wait-until.ts';
import type { RunningCommand } from './capsule-command.ts';
import { Workbench } from './workbench.ts';

let bench: Workbench;
let registry: FakeRegistry;
let place: string;
beforeAll(async () => {
  bench = new Workbench();
  registry = await FakeRegistry.start();
  place = `${registry.host}/example/app-capsule`;
  await bench.release(place);
  const policy = ['apiVersion: release-capsule/v1', 'kind: Policy', `allow: { hosts: ["${registry.host}"] }`, 'capsule:', '  name: app'];
  bench.write('policy.yaml', `${[...policy, `  repository: ${place}`, '  signers:', '    - key: signing.pub'].join('\n')}\n`);
}, 60_000);

afterAll(async () => {
  await registry.stop();
  bench[Symbol.dispose]();
});

const args = ['serve', '--policy', 'policy.yaml', '--allow-anonymous', '--listen', '127.0.0.1:0', '--deadline', '1s'];

interface Started {
  readonly command: RunningCommand;
  readonly url: string;
  readonly log: () => readonly Readonly<Record<string, unknown>>[];
}

async function start(): Promise<Started> {
  const command = bench.start(args);
  let stderr = '';
  command.child.stderr?.on('data', (text: string) => (stderr += text));
  await waitUntil(() => /"listening".*\n/.test(stderr));
  const log = (): Readonly<Record<string, unknown>>[] => stderr.slice(0, stderr.lastIndexOf('\n')).split('\n').map((line) => JSON.parse(line));
  return { command, log, url: String(log().find(({ event }) => event === 'listening')?.['url']) };
}

interface Asked {
  readonly status: number;
  readonly id: string | null;
  readonly code: string | undefined;
}

async function ask(url: string): Promise<Asked> {
  const body = JSON.stringify({ capsule: { repoURL: place, tag: bench.tag } });
  const answer = await fetch(`${url}/v1/verify`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const { code } = (await answer.json()) as { code?: string };
  return { status: answer.status, id: answer.headers.get('x-request-id'), code };
}

const askMany = (url: string, count: number): Promise<Asked[]> => Promise.all(Array.from({ length: count }, () => ask(url)));

async function waiting(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^capsule_service_audit_lines_waiting (\d+)$/m.exec(text)?.[1]);
}

describe('audit lines that nobody reads', () => {
  test('hold the answers up, then end them, and neither fill the memory nor get lost; read again, all goes on', async () => {
    const { command, url, log } = await start();
    command.child.stdout?.pause();
    const asked: Asked[] = [];
    // A pipe takes some before it is full.
    for (let round = 0; round < 100 && (await ready(url)); round += 1) asked.push(...(await askMany(url, 40)));
    expect(await ready(url)).toBe(false);
    expect(asked.filter(({ status }) => status !== 200).map(({ status, code }) => `${status} ${code}`)).toContain('503 AUDIT_BLOCKED');

    const before = memory(command);
    const startedAt = performance.now();
    for (let round = 0; round < 20; round += 1) asked.push(...(await askMany(url, 50)));
    expect(performance.now() - startedAt).toBeLessThan(20_000); // at once, not at their deadlines
    expect(new Set(asked.slice(-1000).map(({ status, code }) => `${status} ${code}`))).toEqual(new Set(['503 AUDIT_BLOCKED']));
    expect(await waiting(url)).toBeLessThanOrEqual(64 + 192);
    expect(memory(command) - before).toBeLessThan(40 * 1024);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect(log().filter(({ event }) => event === 'audit-blocked')).toEqual([expect.objectContaining({ level: 'error', reason: expect.stringContaining('are not being read') })]);

    command.child.stdout?.resume();
    await waitUntil(async () => (await ask(url)).status === 200);
    expect(await ready(url)).toBe(true);
    expect(log().filter(({ event }) => event === 'audit-resumed')).toHaveLength(1);
    command.signal('SIGTERM');
    const { status, stdout } = await command.ended;
    const written = new Set(stdout.trimEnd().split('\n').map((line) => String(JSON.parse(line).request)));
    expect(status).toBe(0);
    // What was answered was written down, each of it.
    expect(asked.filter(({ status: answered, id }) => answered === 200 && !written.has(String(id)))).toEqual([]);
  }, 120_000);

  test('log lines that nobody reads are dropped from a bound on, and counted', async () => {
    const { command, url, log } = await start();
    command.child.stderr?.pause();
    const unknown = (): Promise<unknown> => fetch(`${url}/nothing`, { method: 'POST' });
    const before = memory(command);
    for (let round = 0; round < 120; round += 1) await Promise.all(Array.from({ length: 50 }, unknown));
    expect(memory(command) - before).toBeLessThan(60 * 1024);
    command.child.stderr?.resume();
    await waitUntil(async () => (await unknown(), log().some(({ event }) => event === 'log-dropped')));

    expect(log().find(({ event }) => event === 'log-dropped')).toMatchObject({ level: 'warn', lines: expect.any(Number) });
    await waitUntil(async () => (await ask(url)).status === 200); // a busy machine may take longer than the deadline
    command.signal('SIGTERM');
    expect((await command.ended).status).toBe(0);
  }, 120_000);
});

async function ready(url: string): Promise<boolean> {
  return (await fetch(`${url}/readyz`)).status === 200;
}

/** The memory that the command holds, in KiB; 0 where the system does not say. */
function memory({ child: { pid } }: RunningCommand): number {
  if (process.platform !== 'linux') return 0;
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}
