import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { layoutDefects, layoutLeftovers } from './layout-health.ts';
import { someOf } from './some-of.ts';
import { Workbench } from './workbench.ts';

const timeout = 300_000;

let bench: Workbench;

beforeAll(async () => {
  bench = new Workbench();
  await bench.release('oci:released');
}, timeout);

afterAll(() => bench[Symbol.dispose]());

describe('a disk that is full from one write on', () => {
  test('stops pack with a malfunction, and the layout stays sound', { timeout }, async () => {
    const pack = ['pack', ...bench.packOptions, '--to', 'oci:made'];
    const count = await countWrites(pack);
    for (const at of someOf(count, 10)) {
      rmSync(bench.path('made'), { recursive: true, force: true });
      const ended = await bench.run(pack, { strike: { kind: 'full disk', at } });

      // The last writes need no space: what they remove or rename is there already.
      if (ended.status === 0) continue;
      expect({ at, ...ended }).toMatchObject({ status: 4, stderr: expect.stringContaining('[STORAGE_FAILED]') });
      expect(ended.stderr).toMatch(/hint: {2}\S/);
      if (bench.snapshot('made').length > 0) {
        expect(layoutDefects(bench.path('made')), `at write ${at}`).toEqual([]);
        expect(layoutLeftovers(bench.path('made')), `at write ${at}`).toEqual([]);
      }
      expect(bench.leftovers(), `at write ${at}`).toEqual([]);
    }
  });

  test('stops unpack with a malfunction, and nothing is left', { timeout }, async () => {
    const unpack = ['unpack', `oci:released:${bench.tag}`, ...bench.verifyOptions, '--output', 'out/target'];
    const count = await countWrites(unpack);
    rmSync(bench.path('out/target'), { recursive: true });
    for (const at of someOf(count, 12)) {
      const ended = await bench.run(unpack, { strike: { kind: 'full disk', at } });

      if (ended.status === 0) rmSync(bench.path('out/target'), { recursive: true });
      else expect({ at, ...ended }).toMatchObject({ status: 4, stderr: expect.stringMatching(/\[(STORAGE|WRITE)_FAILED\]\nhint: /) });
      expect(readdirSync(bench.path('out')), `at write ${at}`).toEqual([]);
      expect(bench.leftovers(), `at write ${at}`).toEqual([]);
    }
  });
});

// Only root may mount; elsewhere the tests above stand alone.
describe.skipIf(process.getuid?.() !== 0 || !canMount())('a file system of 48 KiB', () => {
  test('is too small for a layout: nothing half written stays, and pack says what to do', { timeout }, async () => {
    using disk = smallDisk('disk');
    const { status, stderr } = await bench.run(['pack', ...bench.packOptions, '--to', `oci:disk/capsules`]);

    expect({ status, stderr }).toMatchObject({ status: 4, stderr: expect.stringMatching(/no space left.*\[STORAGE_FAILED\]\nhint: /s) });
    expect(layoutDefects(`${disk.path}/capsules`)).toEqual([]);
  });

  test('is too small to unpack on: nothing stays', { timeout }, async () => {
    using disk = smallDisk('disk');
    const unpack = ['unpack', `oci:released:${bench.tag}`, ...bench.verifyOptions, '--output', 'disk/target'];
    const { status, stderr } = await bench.run(unpack);

    expect({ status, stderr }).toMatchObject({ status: 4, stderr: expect.stringMatching(/no space left.*\[WRITE_FAILED\]\nhint: /s) });
    expect(readdirSync(disk.path)).toEqual(['ballast']);
  });

  test('is too small for temporary files: verify says where, and does not call it a refusal', { timeout }, async () => {
    using disk = smallDisk('disk');
    writeFileSync(`${disk.path}/more`, Buffer.alloc(8 * 1024));
    const verify = ['verify', `oci:released:${bench.tag}`, ...bench.verifyOptions];
    const { status, stderr } = await bench.run(verify, { env: { TMPDIR: disk.path } });

    expect({ status, stderr }).toMatchObject({ status: 4, stderr: expect.stringContaining('name another directory with TMPDIR') });
    expect(stderr).toContain(disk.path);
  });
});

async function countWrites(args: readonly string[]): Promise<number> {
  const countFile = bench.path('count');
  const { status, stderr } = await bench.run(args, { strike: { kind: 'full disk', at: 0, countFile } });
  if (status !== 0) throw new Error(stderr);
  return Number(bench.read('count'));
}

/** Mounts a file system that has 8 KiB left. */
function smallDisk(name: string): Disposable & { readonly path: string } {
  const path = bench.path(name);
  mkdirSync(path, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=48k', 'tmpfs', path]);
  writeFileSync(`${path}/ballast`, Buffer.alloc(40 * 1024));
  return { path, [Symbol.dispose]: () => execFileSync('umount', ['-l', path]) };
}

function canMount(): boolean {
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
