import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OciError } from '@release-capsule/oci';
import { waitUntil } from '../wait-until.ts';
import { closing, dial } from './raw-client.ts';
import { ask, post, ServiceBench } from './service-bench.ts';

let bench: ServiceBench;
beforeEach(async () => {
  bench = await ServiceBench.start();
});
afterEach(() => bench[Symbol.asyncDispose]());

const patientMs = 25_000; // no test waits for it: a loaded machine may need ten times as long as this one

const question = (): object => ({ capsule: bench.capsule });

describe('a registry in trouble', () => {
  test('that recovers within the deadline goes unnoticed', async () => {
    const service = await bench.serve({ limits: { deadlineMs: patientMs } });
    // More failures than one verification tries again.
    bench.registry.fail({ path: /\/blobs\//, times: 6, fault: { kind: 'answer', status: 502 } });

    expect((await post(service, '/verify', bench.promotion)).status).toBe(200);
  });

  test.each(['/v1/verify', '/verify'])('that does not is no refusal: %s answers 503 and when to ask again', async (path) => {
    const service = await bench.serve({ limits: { deadlineMs: 2000 } });
    bench.registry.fail({ path: /\/manifests\//, fault: { kind: 'answer', status: 503 } });
    const { status, headers, body } = await post(service, path, path === '/verify' ? bench.promotion : question());

    expect({ status, ok: body.ok, retryAfter: headers.get('retry-after') }).toEqual({ status: 503, ok: false, retryAfter: '5' });
    expect(body.reason).toMatch(/503|CAPSULE_LOOKUP_FAILED/);
  });

  test('that says nothing is given up at the deadline', async () => {
    const service = await bench.serve({ limits: { deadlineMs: 1000 } });
    bench.registry.fail({ path: /\/blobs\//, fault: { kind: 'silence' } });
    // Without the deadline it would wait for ever.
    expect((await post(service, '/v1/verify', question())).status).toBe(503);
  });

  test('that says nothing of the tag is the reason that the answer gives, and the audit line', async () => {
    const audit: object[] = [];
    const service = await bench.serve({ limits: { deadlineMs: 1500 }, onAudit: (entry) => audit.push(entry) });
    bench.registry.fail({ path: /\/manifests\//, fault: { kind: 'silence' } });
    const { status, body } = await post(service, '/v1/verify', question());

    expect({ status, outcome: body.outcome, reason: body.reason }).toMatchObject({ status: 503, outcome: 'unknown', reason: expect.stringMatching(/\[CAPSULE_LOOKUP_FAILED\]$/) });
    expect(audit).toEqual([expect.objectContaining({ outcome: 'unknown', codes: ['CAPSULE_LOOKUP_FAILED'] })]);
  });

  test('that trickles its answer is given up at the deadline', async () => {
    const service = await bench.serve({ limits: { deadlineMs: 1000 } });
    bench.registry.fail({ path: /\/manifests\//, fault: { kind: 'trickle', everyMs: 50 } });

    expect((await post(service, '/v1/verify', question())).status).toBe(503);
  });

  test('that asks to be left alone is asked no more than a few times', async () => {
    const service = await bench.serve();
    bench.registry.fail({ path: /\/referrers\//, fault: { kind: 'answer', status: 429, headers: { 'retry-after': '60' } } });
    const { status, body } = await post(service, '/v1/verify', question());

    expect({ status, outcome: body.outcome }).toEqual({ status: 503, outcome: 'unknown' });
    expect(bench.registry.asked().filter((path) => path.includes('/referrers/')).length).toBeLessThan(5);
  });

  test('that leads elsewhere is asked once, and a promotion need not wait for it', async () => {
    const service = await bench.serve();
    const location = 'http://169.254.169.254/latest/meta-data';
    bench.registry.fail({ path: /\/manifests\//, fault: { kind: 'answer', status: 307, headers: { location } } });
    const before = bench.registry.seen.length;
    const { status, body } = await post(service, '/v1/verify', { capsule: { repoURL: bench.capsuleRepository, digest: bench.capsule.digest } });

    expect({ status, outcome: body.outcome, reason: body.reason }).toMatchObject({ status: 422, outcome: 'unknown', reason: expect.stringMatching(/\[CAPSULE_MISDIRECTED\]$/) });
    expect(bench.registry.seen).toHaveLength(before + 1);
  });

  test('that answers with other bytes is refused', async () => {
    const service = await bench.serve();
    bench.registry.fail({ method: 'GET', path: /\/manifests\//, fault: { kind: 'wrong bytes' } });

    expect((await post(service, '/v1/verify', question())).status).toBe(422);
  });
});

test('what the caller has written, and nobody can tell, is judged once, and a promotion need not wait for it', async () => {
  const service = await bench.serve();
  const commits = [{ repoURL: 'https://exa mple.com/%zz', id: '1' }];
  const freight = { metadata: { name: '0'.repeat(40) }, images: [bench.capsule], commits };
  const before = bench.registry.asked().length;
  const { status, body } = await post(service, '/v1/verify', { freight });

  expect({ status, reason: body.reason }).toEqual({ status: 422, reason: expect.stringMatching(/\[FREIGHT_NAME_UNCOMPUTABLE\]$/) });
  expect(bench.registry.asked().slice(before).filter((path) => path.endsWith(bench.capsule.tag))).toHaveLength(1);
});

describe('too much at one time', () => {
  test('is answered with 429 at once, and what was taken on is answered', async () => {
    const service = await bench.serve({ limits: { maxConcurrent: 1, maxQueued: 1, cacheEntries: 0, deadlineMs: patientMs } });
    bench.registry.fail({ path: /\/referrers\//, fault: { kind: 'trickle', everyMs: 1 } });
    const asked = Array.from({ length: 8 }, (_, at) => post(service, '/v1/verify', { ...question(), ...(at > 0 && { image: { ...bench.image, tag: `t${at}` } }) }));
    const answers = await Promise.all(asked);
    const statuses = answers.map(({ status }) => status);

    expect(statuses[0]).toBe(200);
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(4);
    expect(statuses.filter((status) => ![200, 422, 429].includes(status))).toEqual([]);
    const turnedAway = answers.filter(({ status }) => status === 429);
    expect(turnedAway.filter(({ headers, body }) => headers.get('retry-after') === null || body.code !== 'BUSY')).toEqual([]);
  });

  test('of large requests that wait is turned away: what was read of them counts until they are answered', async () => {
    // All forty have come before the first is answered.
    const service = await bench.serve({ limits: { deadlineMs: 6000 } });
    bench.registry.fail({ path: /\/manifests\//, times: 500, fault: { kind: 'silence' } });
    const freight = { images: [bench.capsule], unread: 'x'.repeat(1_000_000) };
    const answers = await Promise.all(Array.from({ length: 40 }, () => post(service, '/v1/verify', { freight })));
    const turnedAway = answers.filter(({ status, body }) => status === 429 && body.code === 'BUSY');

    expect(turnedAway.length).toBeGreaterThanOrEqual(6);
    expect(answers.filter(({ status }) => status === 503).length).toBeGreaterThan(20);
    const again = await Promise.all(Array.from({ length: 20 }, () => post(service, '/v1/verify', { freight })));
    expect(again.filter(({ status }) => status === 429)).toEqual([]);
  }, 60_000);

  test('of one policy, whose registry is silent, holds up no other policy', async () => {
    await using silent = await ServiceBench.start();
    silent.registry.fail({ path: /\/blobs\//, fault: { kind: 'silence' } });
    const service = await bench.serve({ policies: [bench.policy, silent.policy], limits: { deadlineMs: 8000, maxConcurrent: 4, maxQueued: 8 } });
    let givenUp = 0;
    const flood = Array.from({ length: 30 }, async (_, at) => {
      const charts = [{ repoURL: `https://charts.example.com/${at}`, name: 'a', version: '1' }];
      const answer = await post(service, '/v1/verify', { freight: { images: [silent.capsule], charts } });
      if (answer.status === 503) givenUp += 1;
      return answer;
    });
    await waitUntil(async () => (await running(service)) > 0);

    expect((await post(service, '/v1/verify', question())).status).toBe(200);
    expect(givenUp).toBe(0);
    expect((await Promise.all(flood)).filter(({ status }) => status !== 429 && status !== 503)).toEqual([]);
  });

  test('holds up no probe', async () => {
    const service = await bench.serve({ limits: { maxConcurrent: 1, maxQueued: 0, deadlineMs: 4000 } });
    let isHeld = true;
    bench.registry.fail({ path: /\/blobs\//, fault: { kind: 'silence' } });
    const held = post(service, '/v1/verify', question()).finally(() => (isHeld = false));
    await waitUntil(async () => (await running(service)) === 1);

    expect((await ask(service, '/healthz')).status).toBe(200);
    expect(isHeld).toBe(true);
    await held;
  });
});

describe('a client that goes away', () => {
  const request = (body: string): string => {
    return `POST /v1/verify HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  };

  test('ends the work that was only for it', async () => {
    const service = await bench.serve({ limits: { deadlineMs: patientMs } });
    bench.registry.fail({ path: /\/blobs\//, fault: { kind: 'silence' } });
    const socket = dial(service.url);
    const closed = closing(socket);
    socket.write(request(JSON.stringify(question())));
    await waitUntil(async () => (await running(service)) === 1);
    socket.destroy();
    await closed;

    await waitUntil(async () => (await running(service)) === 0);
    expect(await running(service)).toBe(0);
  });

  test('takes nothing from another that asks the same', async () => {
    const service = await bench.serve({ limits: { deadlineMs: patientMs } });
    bench.registry.fail({ path: /\/referrers\//, fault: { kind: 'trickle', everyMs: 1 } });
    const socket = dial(service.url);
    const closed = closing(socket);
    socket.write(request(JSON.stringify(question())));
    await waitUntil(async () => (await running(service)) === 1);
    const other = post(service, '/v1/verify', question());
    await sleep(100);
    socket.destroy();
    await closed;

    expect((await other).status).toBe(200);
  });
});

test('a disk that cannot be written is a failure of ours, and nobody learns where', async () => {
  const logged: object[] = [];
  const service = await bench.serve({ temporaryDirectory: '/nowhere/at/all', onLog: (entry) => logged.push(entry) });
  const { status, body } = await post(service, '/v1/verify', question());

  expect({ status, code: body.code }).toEqual({ status: 500, code: 'MALFUNCTION' });
  expect(JSON.stringify(body)).not.toContain('/nowhere');
  expect(logged).toContainEqual(expect.objectContaining({ level: 'error', cause: expect.stringContaining('/nowhere') }));
});

test('credentials that cannot be read are no refusal', async () => {
  const failure = new OciError('CREDENTIALS_INVALID', 'the helper cannot be run');
  const credentials = { credentials: () => Promise.reject(failure) };
  await using closed = await ServiceBench.start();
  closed.registry.fail({ path: /\/manifests\//, fault: { kind: 'answer', status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } } });
  const service = await closed.serve({ registry: { credentials } });
  const { status, body } = await post(service, '/v1/verify', { capsule: closed.capsule });

  expect(status).toBe(503);
  expect(body.ok).toBe(false);
});

async function running(service: { readonly url: string }): Promise<number> {
  const text = await (await fetch(`${service.url}/metrics`)).text();
  return Number(/^capsule_service_verifications_running (\d+)$/m.exec(text)?.[1]);
}
