import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ask, post, ServiceBench } from './service-bench.ts';

let bench: ServiceBench;
beforeEach(async () => {
  bench = await ServiceBench.start();
});
afterEach(() => bench[Symbol.asyncDispose]());

const question = (): object => ({ capsule: bench.capsule });

test('a service that is stopped answers what it has begun, is not ready, and takes on nothing new', async () => {
  const service = await bench.serve();
  bench.registry.fail({ path: /\/referrers\//, fault: { kind: 'trickle', everyMs: 1 } });
  const begun = post(service, '/v1/verify', question());
  await sleep(100);
  const stopped = service.stop(10_000);

  const ready = await ask(service, '/readyz');
  expect({ status: ready.status, connection: ready.headers.get('connection') }).toEqual({ status: 503, connection: 'close' });
  expect((await ask(service, '/healthz')).status).toBe(200);
  const late = await post(service, '/v1/verify', { ...question(), stage: 'late' });
  expect({ status: late.status, code: late.body.code }).toEqual({ status: 503, code: 'STOPPING' });
  expect((await begun).status).toBe(200);
  expect(await stopped).toBe(true);
  await expect(ask(service, '/healthz')).rejects.toThrow('fetch failed');
});

test('what is not answered by then is told to ask again', async () => {
  const service = await bench.serve();
  bench.registry.fail({ path: /\/referrers\//, fault: { kind: 'silence' } });
  const begun = post(service, '/v1/verify', question());
  await sleep(100);

  expect(await service.stop(50)).toBe(false);
  expect(await begun).toMatchObject({ status: 503, body: { ok: false, code: 'STOPPING' } });
});

test('idle connections hold nothing up', async () => {
  const service = await bench.serve();
  await ask(service, '/healthz');
  const startedAt = performance.now();
  await service.stop(10_000);

  expect(performance.now() - startedAt).toBeLessThan(1000);
});
