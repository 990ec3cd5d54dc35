import { afterAll, beforeAll, expect, test } from 'vitest';
import { post, ServiceBench } from './service-bench.ts';

let bench: ServiceBench;
beforeAll(async () => {
  bench = await ServiceBench.start();
});
afterAll(() => bench[Symbol.asyncDispose]());

const withHosts = (hosts: readonly string[], repository = bench.capsuleRepository): ServiceBench['policy'] => {
  const { policy } = bench;
  return { ...policy, allow: { ...policy.allow, hosts }, capsule: { ...policy.capsule, repository } };
};

test.each([['by its address', '127.0.0.1'], ['by a name', 'localhost']])('a registry on this machine is asked nothing, %s, unless the policy lists its host', async (_how, host) => {
  const repository = bench.capsuleRepository.replace('127.0.0.1', host);
  const service = await bench.serve({ policies: [withHosts([], repository)] });
  const before = bench.registry.seen.length;

  const requests = {
    '/v1/verify': { capsule: { ...bench.capsule, repoURL: repository } },
    '/verify': { ...bench.promotion, capsule: { ...bench.promotion.capsule, repoURL: repository } },
  };
  for (const [path, request] of Object.entries(requests)) {
    const { status, body } = await post(service, path, request);
    expect({ status, ok: body.ok }).toEqual({ status: 422, ok: false });
    expect(body.reason).toContain('the policy does not list that host');
  }

  expect(bench.registry.seen.length).toBe(before);
});

test('what one policy lists, another may not use', async () => {
  const { policy } = bench;
  const other = { ...policy.capsule, repository: `${bench.registry.host}/example/other` };
  const listed = { ...policy, allow: { ...policy.allow, hosts: [bench.registry.host] }, capsule: other };
  const service = await bench.serve({ policies: [listed, withHosts([])] });

  const { status, body } = await post(service, '/v1/verify', { capsule: bench.capsule });

  expect({ status, reason: body.reason }).toEqual({ status: 422, reason: expect.stringContaining('the policy does not list that host') });
});

test('a registry that the policy lists is asked', async () => {
  const service = await bench.serve({ policies: [withHosts([bench.registry.host])] });
  const { status } = await post(service, '/v1/verify', { capsule: bench.capsule });
  expect(status).toBe(200);
});
