import { readdirSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { layoutDefects, layoutLeftovers } from './layout-health.ts';
import { someOf } from './some-of.ts';
import { Workbench } from './workbench.ts';

const timeout = 300_000;

let bench: Workbench;
/** Every command that takes time, and what it writes. */
let commands: Readonly<Record<string, readonly string[]>>;

beforeAll(async () => {
  bench = new Workbench();
  await bench.release('oci:released');
  const released = `oci:released:${bench.tag}`;
  commands = {
    pack: ['pack', ...bench.packOptions, '--to', 'oci:made'],
    sign: ['sign', released, '--key', 'signing.key'],
    release: ['release', ...bench.packOptions, '--to', 'oci:made', '--key', 'signing.key'],
    verify: ['verify', released, ...bench.verifyOptions],
    unpack: ['unpack', released, ...bench.verifyOptions, '--output', 'out/target'],
  };
}, timeout);

afterAll(() => bench[Symbol.dispose]());

describe.each(['pack', 'sign', 'release', 'verify', 'unpack'])('Ctrl-C while %s runs', (name) => {
  test('at any of its writes ends it with 130, and nothing is half done', { timeout }, async () => {
    const args = commands[name] ?? [];
    const countFile = bench.path('count');
    const uninterrupted = await bench.run(args, { strike: { kind: 'interrupt', at: 0, countFile } });
    expect(uninterrupted).toMatchObject({ status: 0 });
    const count = Number(bench.read('count'));
    clear();

    for (const at of someOf(count, 8)) {
      const ended = await bench.run(args, { strike: { kind: 'interrupt', at } });

      expectSound({ at, ...ended });
      if (at === 1 || ended.status !== 0) expect({ at, ...ended }).toMatchObject({ status: 130, stdout: '' });
      clear();
    }
  });

  test('at any time ends it and the programs that it runs, and nothing is half done', { timeout }, async () => {
    const args = commands[name] ?? [];
    for (let instant = 0; instant < 8; instant += 1) {
      const running = bench.start(args);
      await sleep(30 + Math.random() * 220);
      running.signal('SIGINT');

      expectSound({ at: instant, ...(await running.ended) });
      clear();
    }
  });
});

interface Ended {
  readonly at: number;
  readonly status: number | NodeJS.Signals | null;
  readonly stderr: string;
}

function expectSound({ at, status, stderr }: Ended): void {
  // A signal that comes before Node has started ends it as any program; one that comes after the last step changes nothing.
  expect([0, 130, 'SIGINT'], `at ${at}: ${stderr}`).toContain(status);
  if (status === 130) expect(stderr).toContain('[INTERRUPTED]');
  else expect(stderr).toBe('');
  expect(bench.leftovers(), `at ${at}`).toEqual([]);
  for (const layout of ['made', 'released']) {
    if (bench.snapshot(layout).length === 0) continue;
    expect(layoutDefects(bench.path(layout)), `at ${at}`).toEqual([]);
    expect(layoutLeftovers(bench.path(layout)), `at ${at}`).toEqual([]);
  }
  const made = readdirSync(bench.path('out'));
  // Node itself may be ended by a signal that comes once everything is done.
  expect(made, `at ${at}, ${status}`).toEqual(status !== 130 && made.length > 0 ? ['target'] : []);
}

function clear(): void {
  for (const path of ['made', 'out/target']) rmSync(bench.path(path), { recursive: true, force: true });
}
