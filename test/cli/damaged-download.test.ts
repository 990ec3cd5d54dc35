import { openRegistry, readAll } from '@release-capsule/oci';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Fault } from '../../packages/oci/src/registry/testing/fake-faults.ts';
import { FakeRegistry } from '../../packages/oci/src/registry/testing/fake-registry.ts';
import { Workbench } from './workbench.ts';

let bench: Workbench;
let registry: FakeRegistry;
let reference: string;
let layer: RegExp;

beforeEach(async () => {
  bench = new Workbench();
  registry = await FakeRegistry.start();
  await bench.release(`${registry.host}/example/app-capsule`);
  reference = `${registry.host}/example/app-capsule:${bench.tag}`;
  const store = openRegistry({ registry: registry.host, repository: 'example/app-capsule' });
  const manifest = JSON.parse(Buffer.from(await readAll(store, await store.resolve(bench.tag), { maxBytes: 100_000 })).toString());
  layer = new RegExp(`blobs/${manifest.layers[0].digest}$`);
});

afterEach(async () => {
  await registry.stop();
  bench[Symbol.dispose]();
});

function failDownload(fault: Fault, times?: number): void {
  registry.fail({ method: 'GET', path: layer, fault, ...(times !== undefined && { times }) });
}

const unpack = (): ReturnType<Workbench['run']> => bench.run(['unpack', reference, ...bench.verifyOptions, '--output', 'out/release']);

test('a download that broke off, and was resumed with other bytes, decides nothing: it may be tried again', async () => {
  failDownload({ kind: 'truncate', afterBytes: 100 }, 1);
  failDownload({ kind: 'wrong bytes' }, 1);

  const { status, stdout, stderr } = await unpack();

  expect({ status, said: stdout + stderr }).toMatchObject({ status: 3, said: expect.stringContaining('LAYER_LOOKUP_FAILED') });
  expect(stdout + stderr).toMatch(/broke off once and could not be completed/);
  expect(await unpack()).toMatchObject({ status: 0 });
});

test('a download in one piece that is something else is refused', async () => {
  failDownload({ kind: 'wrong bytes' });

  const { status, stdout, stderr } = await unpack();

  expect({ status, said: stdout + stderr }).toMatchObject({ status: 1, said: expect.stringContaining('LAYER_DIGEST_DIFFERS') });
});
