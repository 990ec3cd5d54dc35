import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Policy } from '@release-capsule/verifier';
import type { RunningService } from '@release-capsule/verifier/service';
import { testRoot } from '../../packages/verifier/src/trust/testing/test-root.ts';
import { now as testNow } from '../releases/signing.ts';
import { post, ServiceBench } from './service-bench.ts';

let bench: ServiceBench;
beforeAll(async () => {
  bench = await ServiceBench.start();
});
afterAll(() => bench[Symbol.asyncDispose]());

const statusOf = async (service: RunningService): Promise<number> => (await post(service, '/v1/verify', { capsule: bench.capsule })).status;

async function until(service: RunningService, status: number): Promise<void> {
  for (let tried = 0; tried < 200 && (await statusOf(service)) !== status; tried += 1) await sleep(20);
  expect(await statusOf(service)).toBe(status);
}

test('a denial that is written into the policy counts without a restart, also for what is remembered', async () => {
  let policies: readonly Policy[] = [bench.policy];
  const service = await bench.serve({ readPolicies: () => Promise.resolve(policies), policiesEveryMs: 20 });
  expect(await statusOf(service)).toBe(200);

  policies = [{ ...bench.policy, deny: [{ what: 'commit', value: bench.app.record.gitCommit, reason: 'it is bad' }] }];
  await until(service, 422);
  policies = [bench.policy];
  await until(service, 200);
});

test('policies that cannot be read, or not be served, change nothing, and are told of', async () => {
  const problems: unknown[] = [];
  let read = (): Promise<readonly Policy[]> => Promise.reject(new Error('torn'));
  const service = await bench.serve({
    readPolicies: () => read(),
    policiesEveryMs: 20,
    onLog: ({ event, reason }) => event === 'reload-failed' && problems.push(reason),
  });

  await sleep(100);
  read = () => Promise.resolve([bench.policy, bench.policy]);
  await sleep(100);
  expect(await statusOf(service)).toBe(200);
  expect(problems).toContain('torn');
  expect(problems).toContainEqual(expect.stringContaining('two policies are for the repository'));
});

test('a public root that could not be renewed for a day is trusted no more', async () => {
  const { policy } = bench;
  const rooted: Policy = { ...policy, trustedRoot: { ...testRoot(), source: 'public-good' } };
  let nowMs = testNow().getTime();
  const service = await bench.serve({ policies: [rooted], now: () => new Date(nowMs) });

  expect(await statusOf(service)).toBe(200);
  nowMs += 86_400_001;
  const { status, body } = await post(service, '/v1/verify', { capsule: bench.capsule });
  expect({ status, code: body.code }).toEqual({ status: 503, code: 'TRUST_OUTDATED' });
});

test('reading the policies again makes a root no younger that its repository has not vouched for since', async () => {
  const { policy } = bench;
  const rooted: Policy = { ...policy, trustedRoot: { ...testRoot(), source: 'public-good', fetchedAt: testNow() } };
  let nowMs = testNow().getTime();
  let reads = 0;
  const readPolicies = (): Promise<readonly Policy[]> => {
    reads += 1;
    return Promise.resolve([rooted]);
  };
  const service = await bench.serve({ policies: [rooted], readPolicies, policiesEveryMs: 20, now: () => new Date(nowMs) });

  expect(await statusOf(service)).toBe(200);
  nowMs += 86_400_001;
  const before = reads;
  await expect.poll(() => reads, { timeout: 20_000 }).toBeGreaterThanOrEqual(before + 2);
  expect(await statusOf(service)).toBe(503);
});

test('a reading that takes long does not bring back what a later one has replaced', async () => {
  const answers: ((policies: readonly Policy[]) => void)[] = [];
  const readPolicies = (): Promise<readonly Policy[]> => new Promise((resolve) => answers.push(resolve));
  await bench.serve({ readPolicies, policiesEveryMs: 10 });

  await sleep(100);
  expect(answers).toHaveLength(1);
  answers[0]?.([bench.policy]);
  while (answers.length < 2) await sleep(10);
});
