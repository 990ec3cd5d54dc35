import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningService } from '@release-capsule/verifier/service';
import { digestOf } from '../releases/release.ts';
import { post, ServiceBench } from './service-bench.ts';

let bench: ServiceBench;
let service: RunningService;
let elsewhere: { readonly host: string; readonly connections: () => number };
beforeAll(async () => {
  bench = await ServiceBench.start();
  service = await bench.serve();
  elsewhere = await countConnections();
});
afterAll(() => bench[Symbol.asyncDispose]());

/** A port on which nobody should ever knock. */
async function countConnections(): Promise<typeof elsewhere> {
  let count = 0;
  const server = createServer((socket) => {
    count += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(() => void server.close());
  const address = server.address();
  return { host: `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, connections: () => count };
}

const digest = digestOf('e');
const tag = `git-${'e'.repeat(40)}`;
const notServed = 'REPOSITORY_NOT_SERVED';
const notOne = /^(?:REQUEST_INVALID|REPOSITORY_NOT_SERVED)$/; // for what is not the name of a repository at all
const spellings = (): readonly (readonly [repoURL: string, code: unknown])[] => [
  [`${elsewhere.host}/example/app-capsule`, notServed],
  [`${bench.registry.host}/example/other`, notServed],
  [`${bench.capsuleRepository}-2`, notServed],
  ['example/app-capsule', notServed],
  ['localhost/example/app-capsule', notServed],
  [`${elsewhere.host}/x/${bench.capsuleRepository}`, expect.stringMatching(notOne)],
  [`http://${elsewhere.host}/example/app-capsule`, expect.stringMatching(notOne)],
  [`${elsewhere.host}@${bench.capsuleRepository}`, expect.stringMatching(notOne)],
  [`${bench.capsuleRepository}/../../x`, expect.stringMatching(notOne)],
  [`${bench.capsuleRepository}/`, expect.stringMatching(notOne)],
  [bench.capsuleRepository.replace('/', '//'), expect.stringMatching(notOne)],
  ['http://169.254.169.254/latest', expect.stringMatching(notOne)],
];

test('a repository that no policy names is refused, and no socket is opened', async () => {
  const before = bench.registry.seen.length;

  for (const [repoURL, wanted] of spellings()) {
    for (const request of [
      { capsule: { repoURL, digest } },
      { image: { repoURL, tag, digest } },
      { freight: { images: [{ repoURL, tag, digest }] } },
      { capsule: bench.capsule, image: { repoURL, tag, digest } },
    ]) {
      const { status, body } = await post(service, '/v1/verify', request);
      expect({ repoURL, code: body.code }).toEqual({ repoURL, code: wanted });
      expect(status).toBe(body.code === notServed ? 422 : 400);
    }
    const old = await post(service, '/verify', { ...bench.promotion, capsule: { repoURL, tag } });
    expect({ repoURL, code: old.body.code }).toEqual({ repoURL, code: wanted });
  }

  expect(elsewhere.connections()).toBe(0);
  expect(bench.registry.seen.length).toBe(before);
});

test('a Freight of another repository is said to be that, with both names; who may ask without a token learns of no other', async () => {
  const shop = { repoURL: 'ghcr.io/example/shop', tag, digest };
  const capsuleOf = (repoURL: string) => ({ capsule: { repoURL, digest } });
  const about = `its policy is about "${bench.capsuleRepository}", "ghcr.io/example/app"`;
  const reasonOf = async (path: string, request: object): Promise<string> => (await post(service, path, request)).body.reason;

  expect(await reasonOf('/v1/verify', { freight: { images: [shop] } })).toBe(`no policy of this service is for this Freight, which holds an image of "ghcr.io/example/shop"; ${about}`);
  expect(await reasonOf('/v1/verify', { image: shop })).toBe(`no policy of this service is for the image "ghcr.io/example/shop"; ${about}`);
  expect(await reasonOf('/v1/verify', capsuleOf('ghcr.io/example/shop-capsule'))).toBe(`no policy of this service is for capsules of "ghcr.io/example/shop-capsule"; ${about}`);
  expect(await reasonOf('/v1/verify', { capsule: bench.capsule, image: shop })).toBe('the request holds an image of "ghcr.io/example/shop"; the policy for its capsule is about "ghcr.io/example/app"');
  expect(await reasonOf('/verify', { ...bench.promotion, ...capsuleOf('ghcr.io/example/shop-capsule'), capsule: { repoURL: 'ghcr.io/example/shop-capsule', tag } })).toBe(
    'no policy of this service is for capsules of "ghcr.io/example/shop-capsule"',
  );
  const freight = await reasonOf('/v1/verify', { freight: { images: [{ ...bench.capsule }, shop] } });
  expect(freight).toContain('"ghcr.io/example/shop"');
});

test('whatever else a Freight holds is not fetched', async () => {
  const other = { repoURL: `${elsewhere.host}/other`, tag: 'v1', digest };
  const { status, body } = await post(service, '/v1/verify', { freight: { images: [bench.image, bench.capsule, other] } });

  expect({ status, reason: body.reason }).toEqual({ status: 422, reason: expect.stringContaining('PAIR_IMAGE_UNKNOWN') });
  expect(elsewhere.connections()).toBe(0);
});

test('a repository is known by any of its names', async () => {
  const { policy } = bench;
  const image = policy.image && { ...policy.image, repository: 'GHCR.IO:443/example/app' };
  const named = await bench.serve({ policies: [{ ...policy, ...(image && { image }) }] });
  const { status } = await post(named, '/v1/verify', { capsule: bench.capsule, image: { ...bench.image, repoURL: 'ghcr.io/example/app' } });

  expect(status).toBe(200);
});

test('of two policies, each judges its own repository alone', async () => {
  const { policy } = bench;
  const stranger = { ...policy, capsule: { ...policy.capsule, name: 'other', repository: `${bench.registry.host}/example/other` } };
  const two = await bench.serve({ policies: [policy, stranger] });

  expect((await post(two, '/v1/verify', { capsule: bench.capsule })).status).toBe(200);
  const both = [bench.capsule, { ...bench.capsule, repoURL: `${bench.registry.host}/example/other` }];
  const asked = await post(two, '/v1/verify', { freight: { images: both } });
  expect({ status: asked.status, code: asked.body.code }).toEqual({ status: 422, code: 'RELEASE_AMBIGUOUS' });
  const image = await post(two, '/v1/verify', { image: bench.image });
  expect({ status: image.status, code: image.body.code }).toEqual({ status: 422, code: 'RELEASE_AMBIGUOUS' });
});

test('a service does not start where a caller could choose its policy, nor where one says no repository', async () => {
  const { repository: _repository, ...capsule } = bench.policy.capsule;

  await expect(bench.serve({ policies: [bench.policy, { ...bench.policy, mode: 'audit' }] })).rejects.toMatchObject({ code: 'POLICY_INVALID' });
  await expect(bench.serve({ policies: [{ ...bench.policy, capsule }] })).rejects.toMatchObject({ code: 'CAPSULE_UNNAMED' });
  await expect(bench.serve({ policies: [{ ...bench.policy, capsule: { ...capsule, repository: 'oci:/etc' } }] })).rejects.toMatchObject({
    code: 'POLICY_INVALID',
  });
});
