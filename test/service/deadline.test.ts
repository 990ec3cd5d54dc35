import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Freight } from '@release-capsule/verifier';
import { Judge } from '../../packages/verifier/src/service/judge/judge.ts';
import { servePolicy } from '../../packages/verifier/src/service/judge/served-policy.ts';
import { VerdictCache } from '../../packages/verifier/src/service/judge/verdict-cache.ts';
import { FairAdmission } from '../../packages/verifier/src/service/limits/fair-admission.ts';
import { type RequestTime, startTime } from '../../packages/verifier/src/service/request/request-time.ts';
import { now } from '../releases/signing.ts';
import { waitUntil } from '../wait-until.ts';
import { post, ServiceBench } from './service-bench.ts';

let bench: ServiceBench;
beforeEach(async () => {
  bench = await ServiceBench.start();
});
afterEach(() => bench[Symbol.asyncDispose]());

const events = { onVerdict: () => undefined, onRegistryError: () => undefined };
const wrongName = '0'.repeat(40);

function makeJudge(maxRunning = 8): Judge {
  const admission = { maxRunning, maxQueued: 8, maxWaitMs: 60_000, countOwners: () => 1 };
  return new Judge({
    cache: new VerdictCache({ maxEntries: 0, acceptedMs: 0, refusedMs: 0, now }),
    verifications: new FairAdmission(admission),
    lookups: new FairAdmission(admission),
    now,
    temporaryDirectory: bench.directory,
    version: '1.0.0',
    events,
  });
}

function question(name?: string) {
  const freight: Freight = { ...(name !== undefined && { name }), images: [{ repoURL: bench.capsuleRepository, digest: bench.capsule.digest }], commits: [], charts: [], artifacts: [] };
  return { served: servePolicy(bench.policy, {}), freight, stated: {} };
}

/** Ends a request by its deadline once the registry was asked for something that it does not answer. */
async function endOnce(path: RegExp, time: RequestTime): Promise<void> {
  const before = bench.registry.seen.length; // the release was pushed by such requests, too
  await waitUntil(() => bench.registry.seen.slice(before).some((request) => path.test(request.path)));
  await sleep(50);
  time.end('deadline');
}

describe('a deadline', () => {
  test('hides nothing that was found: what was refused is answered', async () => {
    bench.registry.fail({ path: /\/manifests\//, fault: { kind: 'silence' } });
    const time = startTime(60_000);
    const judged = makeJudge().judge(question(wrongName), time);
    await endOnce(/manifests/, time);
    const { report } = await judged;
    time.done();

    expect(report.outcome).toBe('refused');
    expect(report.findings.find(({ state }) => state === 'refuted')).toMatchObject({ code: 'FREIGHT_NAME_DIFFERS' });
    expect(report.findings).toContainEqual(expect.objectContaining({ code: 'SIGNATURE_NOT_JUDGED' }));
  });

  test.each([
    [/\/manifests\//, 'while the capsule was looked up'],
    [/\/referrers\//, 'while signatures were looked for'],
    [/\/blobs\//, 'while'],
  ])('never accepts, and says what was waited for, and where: %s', async (path, during) => {
    bench.registry.fail({ path, fault: { kind: 'silence' } });
    const time = startTime(60_000);
    const judged = makeJudge().judge(question(), time);
    await endOnce(path, time);
    const { report } = await judged;
    time.done();

    expect({ outcome: report.outcome, accepted: report.accepted }).toEqual({ outcome: 'unknown', accepted: false });
    const { message } = report.findings.find(({ code }) => code === 'ARCHIVE_NOT_JUDGED') ?? { message: '' };
    expect(message).toContain(`the time was up ${during}`);
    expect(message).toContain(`in ${bench.capsuleRepository}`);
  });

  test('tells everybody who waits for the same verification what it has found', async () => {
    bench.registry.fail({ path: /\/manifests\//, fault: { kind: 'silence' } });
    const judge = makeJudge();
    const [one, two] = [startTime(60_000), startTime(60_000)];
    const asked = question(wrongName);
    const both = [judge.judge(asked, one), judge.judge(asked, two)];
    await endOnce(/manifests/, one);
    expect((await both[0])?.report.outcome).toBe('refused');
    two.end('deadline');

    expect((await both[1])?.report.outcome).toBe('refused');
    for (const time of [one, two]) time.done();
  });

  test('says so where no verification could begin in time', async () => {
    bench.registry.fail({ path: /\/manifests\//, fault: { kind: 'silence' } });
    const judge = makeJudge(1);
    const [held, waiting] = [startTime(60_000), startTime(60_000)];
    const first = judge.judge(question(), held);
    const second = judge.judge(question(wrongName), waiting);
    first.catch(() => undefined);
    await endOnce(/manifests/, waiting);

    await expect(second).rejects.toMatchObject({ name: 'RequestEnded', during: 'while it waited for its turn: as many verifications are running as may' });
    held.end('deadline');
    await first;
    for (const time of [held, waiting]) time.done();
  });

  test('leaves what an earlier try has found', async () => {
    bench.registry.fail({ path: /\/manifests\//, times: 4, fault: { kind: 'answer', status: 502 } });
    bench.registry.fail({ path: /\/manifests\//, fault: { kind: 'silence' } });
    const time = startTime(60_000);
    const before = bench.registry.seen.length;
    const served = servePolicy(bench.policy, { retry: { baseDelayMs: 1 } });
    const judged = makeJudge().judge({ ...question(), served }, time);
    await waitUntil(() => bench.registry.seen.length > before + 4); // four tries, and the first of the next verification
    time.end('deadline');
    const { report } = await judged;
    time.done();

    expect(report.findings).toContainEqual(expect.objectContaining({ code: 'CAPSULE_LOOKUP_FAILED', message: expect.stringContaining('answered 502') }));
  });
});

test('a tag that is not answered in time is named in the answer, with its registry', async () => {
  const service = await bench.serve({ limits: { deadlineMs: 1000 } });
  bench.registry.fail({ path: /\/manifests\//, fault: { kind: 'silence' } });
  const { body } = await post(service, '/v1/verify', { capsule: { repoURL: bench.capsuleRepository, tag: bench.capsule.tag } });

  const [, after] = body.reason.split(`${bench.capsuleRepository} has not sent the manifest of the tag ${bench.capsule.tag} within `);
  expect(after).toMatch(/^0(\.[0-4])? seconds \[CAPSULE_LOOKUP_FAILED\]/); // less than 0.4 where the machine was busy before
});
