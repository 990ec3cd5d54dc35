import { MemoryStore, pushBytes } from '@release-capsule/oci';
import { capsuleMediaTypes, encodeConfig, parseCapsuleManifest } from '@release-capsule/schema';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { forge } from '../releases/forge.ts';
import { bytesOf, signBlindly } from '../releases/signing.ts';
import { release } from '../releases/release.ts';
import { ask, post, ServiceBench } from './service-bench.ts';

const pieces = [',', '[', ']', '{', '}', '&a ', '*a ', '!a ', '? ', '- ', '"\\q" ', ': ', '\n'];

let bench: ServiceBench;
beforeEach(async () => {
  bench = await ServiceBench.start();
});
afterEach(() => bench[Symbol.asyncDispose]());

/** Pushes a signed capsule whose kustomizations are one error of YAML after another. */
async function pushHostile(): Promise<string> {
  const memory = new MemoryStore();
  const { descriptor } = await release(memory, bench.directory, { key: bench.key });
  const capsule = await forge(memory, descriptor, {
    files: (files) => {
      for (let n = 0; n < 40; n += 1) {
        const path = `package/kustomize/hostile-${n}/kustomization.yaml`;
        files.set(path, { bytes: Buffer.from(nonsense(256 * 1024, n)), executable: false });
      }
    },
  });
  const manifest = await bytesOf(memory, capsule);
  const { layer, record } = parseCapsuleManifest(manifest);
  await pushBytes(bench.store, { mediaType: capsuleMediaTypes.layer, bytes: await bytesOf(memory, layer) });
  await pushBytes(bench.store, { mediaType: capsuleMediaTypes.config, bytes: encodeConfig(record) });
  await pushBytes(bench.store, { mediaType: capsuleMediaTypes.manifest, bytes: manifest });
  await signBlindly(bench.store, capsule, bench.key);
  return capsule.digest;
}

/** A text that compresses about as well as a manifest does. */
function nonsense(characters: number, seed: number): string {
  let text = '';
  for (let state = seed + 1; text.length < characters; ) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    text += pieces[Math.floor(state / 65_536) % pieces.length] ?? '';
  }
  return text.slice(0, characters);
}

test('a signed package that is made to be slow is refused, and holds up no other caller', async () => {
  const digest = await pushHostile();
  const service = await bench.serve({ limits: { deadlineMs: 8000 } });
  const { repoURL, tag } = bench.capsule;
  const hostile = Array.from({ length: 4 }, () => post(service, '/v1/verify', { capsule: { repoURL, tag, digest } }));
  const judged = Promise.all(hostile);
  const over = new AbortController();
  void judged.finally(() => over.abort());
  const waits: number[] = [];

  while (!over.signal.aborted) {
    const startedAt = performance.now();
    expect((await ask(service, '/healthz')).status).toBe(200);
    waits.push(performance.now() - startedAt);
    expect((await post(service, '/v1/verify', { capsule: bench.capsule })).status).toBe(200);
  }

  expect((await judged).map(({ status }) => status)).toEqual([422, 422, 422, 422]);
  expect((await judged)[0]?.body.reason).toContain('REFERENCE_UNREADABLE');
  expect(Math.max(...waits)).toBeLessThan(2000);
});
