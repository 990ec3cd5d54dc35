import { afterAll, beforeAll, expect, test } from 'vitest';
import { otherDigest } from '../releases/release.ts';
import { ask, post, ServiceBench } from './service-bench.ts';

let bench: ServiceBench;
beforeAll(async () => {
  bench = await ServiceBench.start();
});
afterAll(() => bench[Symbol.asyncDispose]());

test('far more than it can take is answered with 429 or 503, never with a wrong answer', { timeout: 120_000 }, async () => {
  const service = await bench.serve({ limits: { maxConcurrent: 2, maxQueued: 10, deadlineMs: 4000 } });
  const { image, capsule } = bench;
  const asked = Array.from({ length: 200 }, async (_, at) => {
    const isGood = at % 2 === 0;
    // A commit in a Freight is part of what a verdict is remembered by, and is not judged: none of these is remembered.
    const commits = [{ repoURL: 'https://example.com/other', id: String(at) }];
    const images = [capsule, isGood ? image : { ...image, digest: otherDigest }];
    const { status, body } = await post(service, '/v1/verify', { freight: { images, commits } });
    return { isGood, status, ok: body.ok };
  });
  const answers = await Promise.all(asked);
  const count = (status: number): number => answers.filter((answer) => answer.status === status).length;

  expect(answers.filter(({ isGood, status }) => ![isGood ? 200 : 422, 429, 503].includes(status))).toEqual([]);
  expect(answers.filter(({ status, ok }) => ok !== (status === 200))).toEqual([]);
  expect(count(200)).toBeGreaterThan(0);
  expect(count(429)).toBeGreaterThan(50);
  expect((await ask(service, '/readyz')).status).toBe(200);
  expect((await post(service, '/v1/verify', { capsule })).status).toBe(200);
});

test('hundreds of verdicts leave nothing behind', { timeout: 120_000 }, async () => {
  const service = await bench.serve({ limits: { cacheEntries: 10 } });
  const { capsule } = bench;
  for (let at = 0; at < 600; at += 20) {
    const requests = Array.from({ length: 20 }, (_, one) => post(service, '/v1/verify', { freight: { images: [capsule], commits: [{ id: String((at + one) % 40) }] } }));
    expect((await Promise.all(requests)).every(({ status }) => status === 200)).toBe(true);
  }
  const text = await (await fetch(`${service.url}/metrics`)).text();
  const valueOf = (name: string): number => Number(new RegExp(`^capsule_service_${name} (\\d+)$`, 'm').exec(text)?.[1]);

  expect({ inFlight: valueOf('requests_in_flight'), running: valueOf('verifications_running'), queued: valueOf('verifications_queued') }).toEqual({
    inFlight: 1, // the question itself
    running: 0,
    queued: 0,
  });
  expect(valueOf('cache_entries')).toBe(10);
});
