import { execFileSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished, type TestContext } from 'vitest';
import { contentOf, describeContent, pushBytes, readAll } from '../content.ts';
import { bytesOf } from '../testing/collect.ts';
import { expectCode } from '../testing/expect-code.ts';
import { reachableDirectory } from '../testing/reachable-directory.ts';
import { runScript } from '../testing/run-script.ts';
import { pushSampleManifest } from '../testing/sample-graph.ts';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { openLayout } from './open-layout.ts';

it('reports a full disk, leaves no file behind, and goes on when there is room', async (context) => {
  const disk = await mountSmallDisk(context);
  const store = await openLayout(join(disk, 'layout'), { create: true });
  const { manifest } = await pushSampleManifest(store, 'a');
  await store.tag(manifest, 'v1');
  const large = new Uint8Array(2 * 1024 * 1024);

  const error = await expectCode('STORAGE_FAILED', () =>
    pushBytes(store, { mediaType: 'application/octet-stream', bytes: large }),
  );

  expect(error.hint).toContain('full');
  expect((await readdir(store.directory)).sort()).toEqual(['blobs', 'index.json', 'oci-layout']);
  expect((await store.resolve('v1')).digest).toBe(manifest.digest);
  await pushSampleManifest(store, 'b');
});

it('reports a full disk while the index is written, and keeps the old index', async (context) => {
  const disk = await mountSmallDisk(context);
  const store = await openLayout(join(disk, 'layout'), { create: true });
  const { manifest } = await pushSampleManifest(store, 'a');
  const filler = await fillDisk(disk);

  const error = await expectCode('STORAGE_FAILED', () => store.tag(manifest, 'v1'));

  expect(error.hint).toContain('full');
  expect((await readdir(store.directory)).sort()).toEqual(['blobs', 'index.json', 'oci-layout']);
  execFileSync('rm', [filler]);
  await store.tag(manifest, 'v1');
  expect((await store.resolve('v1')).digest).toBe(manifest.digest);
});

it('reads from a read-only disk and says why it cannot write', async (context) => {
  const disk = await mountSmallDisk(context);
  const store = await openLayout(join(disk, 'layout'), { create: true });
  const { manifest, layer } = await pushSampleManifest(store, 'a');
  await store.tag(manifest, 'v1');
  execFileSync('mount', ['-o', 'remount,ro', disk]);

  const reader = await openLayout(store.directory, { create: false });
  expect((await reader.resolve('v1')).digest).toBe(manifest.digest);
  await readAll(reader, layer, { maxBytes: 1024 });
  await reader.tag(manifest, 'v1');

  for (const write of [
    () => reader.tag(manifest, 'v2'),
    () => reader.push(describeContent('text/plain', bytesOf('x')), contentOf(bytesOf('x'))),
    () => openLayout(join(disk, 'other'), { create: true }),
  ]) {
    expect((await expectCode('STORAGE_FAILED', write)).hint).toContain('read-only');
  }
});

it('says that a user lacks the permission to write', async (context) => {
  const directory = await reachableDirectory(context);

  const { status, output } = await runScript('unprivileged-writer.ts', [directory]).ended;

  if (output === 'root may not become another user\n') context.skip('needs a root that may become another user');
  expect({ status, output }).toMatchObject({ status: 1, output: expect.stringMatching(/^user [1-9]\d* reads true\n/) });
  expect(output).toContain("code: 'STORAGE_FAILED'");
  expect(output).toContain('EACCES: permission denied');
  expect(output).toContain('Check owner and permissions');
  expect((await readdir(directory)).sort()).toEqual(['blobs', 'index.json', 'oci-layout']);
});

async function mountSmallDisk(context: TestContext): Promise<string> {
  const directory = await temporaryDirectory();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', directory], { stdio: 'pipe' });
  } catch {
    context.skip('needs root and mount for a small tmpfs');
  }
  onTestFinished(() => void execFileSync('umount', [directory]));
  return directory;
}

async function fillDisk(disk: string): Promise<string> {
  const filler = join(disk, 'filler');
  execFileSync('sh', ['-c', 'cat /dev/zero > "$0" 2>/dev/null || true', filler]);
  return filler;
}
