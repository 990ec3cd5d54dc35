import { cpSync, readdirSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Strike } from './capsule-command.ts';
import { layoutDefects, layoutLeftovers } from './layout-health.ts';
import { someOf } from './some-of.ts';
import { Workbench } from './workbench.ts';

// Each run of the command takes a fifth of a second, and some of these tests need a hundred.
const timeout = 300_000;

let bench: Workbench;

beforeAll(async () => {
  bench = new Workbench();
  await bench.release('oci:released');
}, timeout);

afterAll(() => bench[Symbol.dispose]());

describe('kill -9', () => {
  test('while a capsule is packed leaves a sound layout, and the same layout after a second run', { timeout }, async () => {
    const pack = ['pack', ...bench.packOptions, '--to', 'oci:killed'];
    await bench.pack('oci:undisturbed');
    const undisturbed = bench.snapshot('undisturbed');
    for (const at of someOf(await countWrites(pack), 10)) {
      await strikeAt(pack, { kind: 'kill', at });
      expect(layoutDefects(bench.path('killed')), `at write ${at}`).toEqual([]);

      const again = await bench.run(pack);
      expect({ at, ...again }).toMatchObject({ status: 0 });
      expect(bench.snapshot('killed'), `at write ${at}`).toEqual(undisturbed);
      rmSync(bench.path('killed'), { recursive: true });
    }
    expectNoFiles();
  });

  test('while a capsule is released leaves no tag before everything is there, and a second run completes it', { timeout }, async () => {
    const release = ['release', ...bench.packOptions, '--to', 'oci:killed', '--key', 'signing.key'];
    const verify = ['verify', `oci:killed:${bench.tag}`, ...bench.verifyOptions];
    for (const at of someOf(await countWrites(release), 10)) {
      await strikeAt(release, { kind: 'kill', at });
      expect(layoutDefects(bench.path('killed')), `at write ${at}`).toEqual([]);
      if (bench.snapshot('killed/index.json').length > 0 && bench.read('killed/index.json').includes(bench.tag)) {
        expect({ at, ...(await bench.run(verify)) }, 'a tag names a whole capsule').toMatchObject({ status: 0 });
      }

      expect({ at, ...(await bench.run(release)) }).toMatchObject({ status: 0 });
      expect({ at, ...(await bench.run(verify)) }).toMatchObject({ status: 0 });
      expect(layoutLeftovers(bench.path('killed')), `at write ${at}`).toEqual([]);
      rmSync(bench.path('killed'), { recursive: true });
    }
    expectNoFiles();
  });

  test.each(['kill', 'tear'] as const)('(%s) while a capsule is unpacked leaves nothing or all of it', { timeout }, async (kind) => {
    const unpack = ['unpack', `oci:released:${bench.tag}`, ...bench.verifyOptions, '--output', 'out/target'];
    const count = await countWrites(unpack);
    const whole = bench.snapshot('out/target');
    rmSync(bench.path('out/target'), { recursive: true });
    for (const at of someOf(count, 10)) {
      await strikeAt(unpack, { kind, at });
      const found = bench.snapshot('out/target');
      if (found.length > 0) expect(found, `at write ${at}`).toEqual(whole);

      const again = await bench.run(unpack);
      if (found.length === 0) expect({ at, ...again }).toMatchObject({ status: 0 });
      else expect({ at, ...again }).toMatchObject({ status: 2, stderr: expect.stringContaining('[TARGET_EXISTS]') });
      expect(bench.snapshot('out/target'), `at write ${at}`).toEqual(whole);
      expect(readdirSync(bench.path('out')), `at write ${at}`).toEqual(['target']);
      rmSync(bench.path('out/target'), { recursive: true });
    }
    expectNoFiles();
  });

  test.each(['kill', 'tear'] as const)('(%s) while a directory is replaced leaves the old one, the new one or none', { timeout }, async (kind) => {
    const unpack = ['unpack', `oci:released:${bench.tag}`, ...bench.verifyOptions, '--output', 'out/target', '--replace'];
    await bench.json(['pack', ...bench.packOptions, '--to', 'oci:older', '--annotation', 'age=old']);
    await bench.json(['sign', `oci:older:${bench.tag}`, '--key', 'signing.key']);
    await bench.json(['unpack', `oci:older:${bench.tag}`, ...bench.verifyOptions, '--output', 'old']);
    const old = bench.snapshot('old');
    cpSync(bench.path('old'), bench.path('out/target'), { recursive: true });
    const count = await countWrites(unpack);
    const whole = bench.snapshot('out/target');
    for (const at of someOf(count, 10)) {
      rmSync(bench.path('out/target'), { recursive: true });
      cpSync(bench.path('old'), bench.path('out/target'), { recursive: true });
      await strikeAt(unpack, { kind, at });
      const found = bench.snapshot('out/target');
      expect([[], old, whole], `at write ${at}`).toContainEqual(found);

      expect({ at, ...(await bench.run(unpack)) }).toMatchObject({ status: 0 });
      expect(bench.snapshot('out/target'), `at write ${at}`).toEqual(whole);
      expect(readdirSync(bench.path('out')), `at write ${at}`).toEqual(['target']);
    }
    for (const made of ['out/target', 'old', 'older']) rmSync(bench.path(made), { recursive: true });
    expectNoFiles();
  });

  test('at any time while a large directory is replaced leaves the old one, the new one or none', { timeout }, async () => {
    using large = new Workbench(manyFiles(400));
    await large.release();
    const unpack = ['unpack', `oci:capsules:${large.tag}`, ...large.verifyOptions, '--output', 'out/target'];
    const started = performance.now();
    await large.json(unpack);
    const wholeMs = performance.now() - started;
    const whole = large.snapshot('out/target');
    for (let instant = 1; instant <= 6; instant += 1) {
      const running = large.start([...unpack, '--replace']);
      await sleep((wholeMs * (0.3 + 0.7 * Math.random())) | 0);
      running.signal('SIGKILL');
      await running.ended;
      expect([[], whole]).toContainEqual(large.snapshot('out/target'));

      expect(await large.run([...unpack, '--replace'])).toMatchObject({ status: 0 });
      expect(large.snapshot('out/target')).toEqual(whole);
      expect(readdirSync(large.path('out'))).toEqual(['target']);
    }
  });
});

async function countWrites(args: readonly string[]): Promise<number> {
  const countFile = bench.path('count');
  const { status, stderr } = await bench.run(args, { strike: { kind: 'kill', at: 0, countFile } });
  if (status !== 0) throw new Error(stderr);
  const count = Number(bench.read('count'));
  rmSync(countFile);
  rmSync(bench.path('killed'), { recursive: true, force: true });
  return count;
}

async function strikeAt(args: readonly string[], strike: Strike): Promise<void> {
  const { status, stderr } = await bench.run(args, { strike });
  if (status !== 'SIGKILL') throw new Error(`write ${strike.at} was not reached: ${stderr}`);
}

/** Where a file system cannot hold a file without a name, a kill in the wrong microsecond leaves an empty one. */
function expectNoFiles(): void {
  const emptyFile = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
  const left = bench.leftovers().flatMap((name) => bench.snapshot(`tmp/${name}`));
  expect(left.filter((line) => line !== '/ 700' && line !== `spool 600 ${emptyFile}`)).toEqual([]);
}

function manyFiles(count: number): Record<string, string> {
  const files: Record<string, string> = { 'k8s/kustomization.yaml': 'commonAnnotations: { image: ghcr.io/example/app }\n' };
  for (let number = 0; number < count; number += 1) files[`k8s/data/${number % 20}/${number}.txt`] = 'x'.repeat(number * 10);
  return files;
}
