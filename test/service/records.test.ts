import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { formatLine, type LogValue, type RunningService } from '@release-capsule/verifier/service';
import { otherDigest } from '../releases/release.ts';
import { ask, post, ServiceBench } from './service-bench.ts';

type Entry = Readonly<Record<string, LogValue>>;

let bench: ServiceBench;
let service: RunningService;
const audit: Entry[] = [];
const log: Entry[] = [];
beforeAll(async () => {
  bench = await ServiceBench.start();
  service = await bench.serve({ onAudit: (entry) => audit.push(entry), onLog: (entry) => log.push(entry) });
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => {
  audit.length = 0;
  log.length = 0;
});

describe('the audit line', () => {
  test('says who asked what under which policy, and what the answer was', async () => {
    const { headers } = await post(service, '/v1/verify', { capsule: bench.capsule, stage: 'production' });

    expect(audit).toEqual([
      {
        audit: 'verdict',
        time: expect.stringMatching(/^\d{4}-.*Z$/),
        request: headers.get('x-request-id'),
        caller: 'anonymous',
        freight: undefined,
        stage: 'production',
        policy: 'app',
        policyDigest: expect.stringMatching(/^sha256:/),
        repository: bench.capsuleRepository,
        capsuleDigest: bench.capsule.digest,
        imageDigest: bench.image.digest,
        gitCommit: bench.app.record.gitCommit,
        outcome: 'accepted',
        codes: [],
        enforced: true,
        cached: false,
        ms: expect.any(Number),
      },
    ]);
  });

  test('is written for a refusal and for a contradicted caller as well', async () => {
    await post(service, '/v1/verify', { capsule: bench.capsule, image: { ...bench.image, digest: otherDigest } });
    await post(service, '/verify', { ...bench.promotion, release: { ...bench.promotion.release, gitCommit: 'forged' } });

    expect(audit.map(({ outcome, codes }) => ({ outcome, codes }))).toEqual([
      { outcome: 'refused', codes: ['PAIR_DIGEST_DIFFERS'] },
      { outcome: 'refused', codes: ['STATED_DIFFERS'] },
    ]);
  });

  test('is one line of plain ASCII, whatever a Freight is named', async () => {
    const name = `x"}\n{"audit":"verdict","outcome":"accepted"}\r\u2028\u202e\u001b[2J\u0000${'a'.repeat(100)}`;
    await post(service, '/v1/verify', { freight: { metadata: { name }, images: [bench.capsule] } });
    const text = audit.map(formatLine).join('');

    expect(text.split('\n')).toHaveLength(2);
    expect(text).toMatch(/^[\x20-\x7e]+\n$/);
    expect(JSON.parse(text)).toMatchObject({ outcome: 'refused', freight: name });
  });
});

describe('a log line', () => {
  test('says how a request was answered, and nothing that its client wrote', async () => {
    await ask(service, '/secret-path?token=abc', { headers: { authorization: 'Bearer abc', 'user-agent': 'abc' } });
    await post(service, '/v1/verify', { freight: 'abc' });

    expect(log).toMatchObject([
      { level: 'info', event: 'request', route: 'none', status: 404, code: 'ROUTE_UNKNOWN' },
      { level: 'info', event: 'request', route: '/v1/verify', status: 400, code: 'REQUEST_INVALID' },
    ]);
    expect(JSON.stringify(log[0])).not.toContain('abc');
  });

  test('is not written for probes that are told that all is well', async () => {
    for (const path of ['/healthz', '/readyz', '/metrics']) await ask(service, path);

    expect(log).toEqual([]);
  });

  test('is cut where it would be long', () => {
    expect(formatLine({ text: 'x'.repeat(10_000), list: Array.from({ length: 100 }, () => 'y'.repeat(600)) }).length).toBeLessThan(20_000);
  });
});

describe('the metrics', () => {
  test('count verdicts, sources, requests and loads', async () => {
    for (let times = 0; times < 2; times += 1) await post(service, '/v1/verify', { capsule: bench.capsule });
    await post(service, '/v1/verify', { capsule: bench.capsule, image: { ...bench.image, digest: otherDigest } });
    const text = await scrape();

    expect(text).toMatch(/^capsule_service_verdicts_total\{policy="app",outcome="accepted",enforced="true",code="none"\} [1-9]/m);
    expect(text).toMatch(/^capsule_service_verdicts_total\{policy="app",outcome="refused",enforced="true",code="PAIR_DIGEST_DIFFERS"\} [1-9]/m);
    expect(text).toMatch(/^capsule_service_verdict_sources_total\{source="cache"\} [1-9]/m);
    expect(text).toMatch(/^capsule_service_requests_total\{route="\/v1\/verify",status="200"\} [1-9]/m);
    expect(text).toMatch(/^capsule_service_request_duration_seconds_bucket\{le="0.005",route="\/v1\/verify"\} \d+$/m);
    expect(text).toMatch(/^capsule_service_requests_in_flight 1$/m);
    expect(text).toMatch(/^capsule_service_policy_info\{policy="app",mode="enforce",digest="sha256:[0-9a-f]{64}"\} 1$/m);
    expect(text).toMatch(/^capsule_service_policy_loaded_timestamp_seconds\{policy="app"\} \d+/m);
    expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
  });

  test('gain no series by what callers write', async () => {
    const series = async (): Promise<number> => (await scrape()).split('\n').length;
    for (const path of ['/a', '/b']) await ask(service, path);
    const before = await series();
    for (let at = 0; at < 50; at += 1) {
      await ask(service, `/path-${at}`, { method: ['PUT', 'PATCH', 'DELETE', 'OPTIONS'][at % 4] ?? 'PUT' });
      await post(service, '/v1/verify', { capsule: { ...bench.capsule, repoURL: `example-${at}.com/x` }, stage: `stage-${at}` });
    }

    expect((await series()) - before).toBeLessThan(10);
  });
});

async function scrape(): Promise<string> {
  const { status } = await ask(service, '/metrics');
  expect(status).toBe(200);
  return (await fetch(`${service.url}/metrics`)).text();
}
