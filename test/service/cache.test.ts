import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunningService, ServiceOptions } from '@release-capsule/verifier/service';
import { otherDigest, smallKustomization } from '../releases/release.ts';
import { now as testNow, sign } from '../releases/signing.ts';
import { post, type ServiceAnswer, ServiceBench } from './service-bench.ts';

const minuteMs = 60_000;

let bench: ServiceBench;
let nowMs: number;
let audit: Readonly<Record<string, unknown>>[];
beforeEach(async () => {
  bench = await ServiceBench.start();
  nowMs = testNow().getTime();
  audit = [];
});
afterEach(() => bench[Symbol.asyncDispose]());

const serve = (options: Partial<ServiceOptions> = {}): Promise<RunningService> => {
  return bench.serve({ now: () => new Date(nowMs), onAudit: (entry) => audit.push(entry), ...options });
};

/** Asks, and says whether the answer was remembered and how many requests the registry saw. */
async function asked(service: RunningService, request: unknown): Promise<Asked> {
  const before = bench.registry.asked().length;
  const { status, body } = await post(service, '/v1/verify', request);
  return { status, reason: body.reason, isCached: audit.at(-1)?.['cached'], requests: bench.registry.asked().slice(before) };
}

interface Asked {
  readonly status: number;
  readonly reason: string;
  readonly isCached: unknown;
  readonly requests: readonly string[];
}

test('an acceptance is remembered for five minutes, no longer', async () => {
  const service = await serve();
  const request = { capsule: { repoURL: bench.capsuleRepository, digest: bench.capsule.digest } };

  expect(await asked(service, request)).toMatchObject({ status: 200, isCached: false });
  nowMs += 5 * minuteMs - 1;
  expect(await asked(service, request)).toEqual({ status: 200, reason: '', isCached: true, requests: [] });
  nowMs += 1;
  expect(await asked(service, request)).toMatchObject({ status: 200, isCached: false });
});

test('a tag is resolved every time, and one that has moved is judged anew', async () => {
  const service = await serve();
  const request = { capsule: { repoURL: bench.capsuleRepository, tag: bench.capsule.tag } };

  await asked(service, request);
  expect((await asked(service, request)).requests).toEqual([`GET /v2/example/app-capsule/manifests/${bench.capsule.tag}`]);
  const other = await bench.release({ files: { 'k8s/kustomize/base/kustomization.yaml': smallKustomization }, name: 'other' });
  await bench.store.tag(other.descriptor, bench.capsule.tag);
  expect(await asked(service, request)).toMatchObject({ status: 422, reason: expect.stringContaining('NAME_DIFFERS'), isCached: false });
  await bench.store.tag(bench.app.descriptor, bench.capsule.tag);
  expect(await asked(service, request)).toMatchObject({ status: 200, isCached: true });
});

test('a tag that is gone is not found in memory', async () => {
  const service = await serve();
  const request = { capsule: { repoURL: bench.capsuleRepository, tag: bench.capsule.tag } };
  await asked(service, request);

  bench.registry.repository('example/app-capsule').tags.delete(bench.capsule.tag);
  expect(await asked(service, request)).toMatchObject({ status: 422, isCached: false });
});

test('what differs in anything that is judged is judged by itself', async () => {
  const service = await serve();
  const { capsule, image } = bench;
  const freight = { images: [image, capsule] };
  await asked(service, { capsule, image });

  for (const [request, code] of [
    [{ capsule, image: { ...image, digest: otherDigest } }, 'PAIR_DIGEST_DIFFERS'],
    [{ capsule, image: { ...image, tag: 'latest' } }, 'PAIR_TAG_DIFFERS'],
    [{ freight: { ...freight, metadata: { name: '0'.repeat(40) }, origin: { kind: 'Warehouse', name: 'app' } } }, 'FREIGHT_NAME_DIFFERS'],
    [{ freight: { ...freight, images: [image, capsule, { repoURL: 'ghcr.io/example/other', digest: otherDigest }] } }, 'PAIR_IMAGE_UNKNOWN'],
    [{ capsule: { ...capsule, digest: otherDigest }, image }, 'CAPSULE_MISSING'],
    [{ capsule }, ''],
  ] as const) {
    const { reason, isCached } = await asked(service, request);
    expect({ reason, isCached }).toEqual({ reason: expect.stringContaining(code), isCached: false });
  }
});

test('what a caller states is compared every time, also with a remembered verdict', async () => {
  const service = await serve();
  const { capsule } = bench;

  expect(await asked(service, { capsule })).toMatchObject({ status: 200, isCached: false });
  expect(await asked(service, { capsule, approved: { gitCommit: '0'.repeat(40) } })).toMatchObject({ status: 422, isCached: true });
  expect(await asked(service, { capsule })).toMatchObject({ status: 200, isCached: true });
});

test('an acceptance does not outlive the date of a signer', async () => {
  const { policy } = bench;
  const [signer] = policy.capsule.signers;
  if (signer === undefined) throw new Error('the policy has a signer');
  const dated = { ...policy, capsule: { ...policy.capsule, signers: [{ ...signer, notAfterMs: nowMs + minuteMs }] } };
  const service = await serve({ policies: [dated] });
  const { capsule } = bench;

  expect(await asked(service, { capsule })).toMatchObject({ status: 200 });
  nowMs += minuteMs + 1;
  expect(await asked(service, { capsule })).toMatchObject({ status: 422, reason: expect.stringContaining('SIGNATURE_EXPIRED'), isCached: false });
});

test('a refusal is remembered for ten seconds: a signature that comes later is seen', async () => {
  const unsigned = await bench.release({ key: undefined as never, files: { 'k8s/kustomize/base/kustomization.yaml': smallKustomization } });
  const service = await serve();
  const request = { capsule: { repoURL: bench.capsuleRepository, digest: unsigned.descriptor.digest } };

  expect(await asked(service, request)).toMatchObject({ status: 422, isCached: false });
  expect(await asked(service, request)).toMatchObject({ status: 422, isCached: true, requests: [] });
  await sign(bench.store, unsigned.descriptor, bench.key);
  nowMs += 10_000;
  expect(await asked(service, request)).toMatchObject({ status: 200, isCached: false });
});

test('what could not be told is never remembered', async () => {
  const service = await serve({ limits: { deadlineMs: 1500 } });
  const { capsule } = bench;
  bench.registry.fail({ path: /\/referrers\//, fault: { kind: 'answer', status: 403 } });

  expect(await asked(service, { capsule })).toMatchObject({ status: 503, isCached: false });
  expect(await asked(service, { capsule })).toMatchObject({ status: 503, isCached: false });
});

test('a clock that goes back trusts nothing that it remembers', async () => {
  const service = await serve();
  const { capsule } = bench;
  await asked(service, { capsule });

  nowMs -= minuteMs;
  expect(await asked(service, { capsule })).toMatchObject({ isCached: false });
});

test('the least recently used is forgotten first', async () => {
  const service = await serve({ limits: { cacheEntries: 2 } });
  const { capsule, image } = bench;
  const [one, two, three] = [{ capsule }, { capsule, image }, { image }];

  for (const request of [one, two, one, three]) await asked(service, request);
  expect(await asked(service, one)).toMatchObject({ isCached: true });
  expect(await asked(service, two)).toMatchObject({ isCached: false });
});

test('equal requests at one time are judged once, and the tag resolved for each', async () => {
  const service = await serve();
  const { capsule } = bench;
  const before = bench.registry.asked().length;
  const answers: readonly ServiceAnswer[] = await Promise.all(Array.from({ length: 20 }, () => post(service, '/v1/verify', { capsule })));
  const requests = bench.registry.asked().slice(before);

  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
  expect(requests.filter((path) => path.includes('/blobs/')).length).toBeLessThanOrEqual(3);
  expect(requests.filter((path) => path.endsWith(capsule.tag))).toHaveLength(20);
  expect(audit).toHaveLength(20);
});

test('with no entries, nothing is remembered', async () => {
  const service = await serve({ limits: { cacheEntries: 0 } });
  const { capsule } = bench;
  await asked(service, { capsule });

  expect(await asked(service, { capsule })).toMatchObject({ status: 200, isCached: false });
});
