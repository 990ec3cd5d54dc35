import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningService } from '@release-capsule/verifier/service';
import { appRepository, digestOf, otherDigest } from '../releases/release.ts';
import { post, ServiceBench } from './service-bench.ts';

let bench: ServiceBench;
let service: RunningService;
beforeAll(async () => {
  bench = await ServiceBench.start();
  service = await bench.serve();
});
afterAll(() => bench[Symbol.asyncDispose]());

describe('POST /v1/verify accepts a capsule that is what is promoted', () => {
  test('named by a Freight', async () => {
    const freight = { origin: { kind: 'Warehouse', name: 'app' }, images: [bench.image, bench.capsule] };
    const { status, body } = await post(service, '/v1/verify', { freight });

    expect(status).toBe(200);
    expect(body).toMatchObject({ ok: true, reason: '', outcome: 'accepted', enforced: true, binding: 'digest' });
    expect(body.capsule).toEqual({ ...bench.capsule, reference: `${bench.capsuleRepository}@${bench.capsule.digest}` });
    expect(body.image).toEqual({ ...bench.image, names: [{ name: appRepository }] });
    expect(body.release).toEqual({ name: 'app', gitCommit: bench.app.record.gitCommit });
    expect(body.package).toEqual(bench.app.record.package);
    expect(body.verdict).toMatchObject({ schemaVersion: 'release-capsule/v1', accepted: true });
  });

  test.each([
    ['the capsule by digest', () => ({ capsule: { repoURL: bench.capsuleRepository, digest: bench.capsule.digest } })],
    ['the capsule by tag', () => ({ capsule: { repoURL: bench.capsuleRepository, tag: bench.capsule.tag } })],
    ['capsule and image', () => ({ capsule: bench.capsule, image: bench.image })],
    ['the image alone', () => ({ image: bench.image })],
    ['a Freight of the capsule alone', () => ({ freight: { images: [bench.capsule] } })],
    ['a Freight of the image alone', () => ({ freight: { images: [bench.image] } })],
    ['what a review has approved', () => ({ capsule: bench.capsule, approved: { gitCommit: bench.app.record.gitCommit, capsuleDigest: bench.capsule.digest }, stage: 'production' })],
  ])('named by %s', async (_what, request) => {
    const { status, body } = await post(service, '/v1/verify', request());

    expect({ status, reason: body.reason }).toEqual({ status: 200, reason: '' });
    expect(body.capsule?.['digest']).toBe(bench.capsule.digest);
    expect(body.image).toEqual({ ...bench.image, names: [{ name: appRepository }] });
  });
});

describe('POST /v1/verify refuses', () => {
  test.each([
    ['another image than the record was made for', () => ({ capsule: bench.capsule, image: { ...bench.image, digest: otherDigest } }), /PAIR_DIGEST_DIFFERS/],
    ['a capsule that is not there', () => ({ capsule: { ...bench.capsule, digest: digestOf('c') } }), /CAPSULE_MISSING/],
    ['a commit that no review has approved', () => ({ capsule: bench.capsule, approved: { gitCommit: '0'.repeat(40) } }), /approved\.gitCommit is "0{40}", the signed record says "/],
    ['two versions of the capsule', () => ({ freight: { images: [bench.capsule, { ...bench.capsule, digest: otherDigest }] } }), /several images that could be the capsule/],
  ])('%s', async (_what, request, reason) => {
    const { status, body } = await post(service, '/v1/verify', request());

    expect(status).toBe(422);
    expect(body.ok).toBe(false);
    expect(body.reason).toMatch(reason);
  });

  test.each([
    ['no JSON', 'freight'],
    ['a list', []],
    ['nothing at all', {}],
    ['a Freight beside coordinates', { freight: { images: [] }, image: { repoURL: appRepository } }],
    ['a member that is not known: it might have been a condition', { image: { repoURL: appRepository }, aproved: {} }],
    ['a key twice', '{"image":{"repoURL":"ghcr.io/example/app"},"image":{"repoURL":"ghcr.io/example/app"}}'],
    ['a prototype', '{"__proto__":{"image":{"repoURL":"ghcr.io/example/app"}}}'],
    ['a prototype beside an image', '{"image":{"repoURL":"ghcr.io/example/app","__proto__":{"tag":"latest"}}}'],
    ['a Freight that is none', { freight: { images: [{ repoURL: 7 }] } }],
    ['a capsule without tag and digest', () => ({ capsule: { repoURL: bench.capsuleRepository } })],
  ])('to understand %s', async (_what, request) => {
    const { status, body } = await post(service, '/v1/verify', typeof request === 'function' ? request() : request);

    expect({ status, ok: body.ok, code: body.code }).toEqual({ status: 400, ok: false, code: 'REQUEST_INVALID' });
  });
});

describe('POST /verify keeps the contract of promotions that exist', () => {
  test('accepts what they send of a capsule that holds', async () => {
    const { status, body } = await post(service, '/verify', bench.promotion);

    expect(status).toBe(200);
    expect(body).toEqual({
      ok: true,
      reason: '',
      release: {
        gitCommit: bench.app.record.gitCommit,
        packageKind: 'kustomize',
        packagePath: 'package/kustomize',
        packageDigest: bench.app.record.package.digest,
      },
      capsule: { digest: bench.app.descriptor.digest },
      binding: 'tag',
    });
  });

  test.each(['gitCommit', 'imageRepo', 'imageTag', 'imageDigest', 'packageKind', 'packagePath', 'packageDigest'])('refuses a caller that claims another release.%s', async (field) => {
    const { promotion } = bench;
    const { status, body } = await post(service, '/verify', { ...promotion, release: { ...promotion.release, [field]: 'forged' } });

    expect(status).toBe(422);
    expect(body).toEqual({ ok: false, hint: expect.stringContaining('Do not deploy it'), reason: expect.stringMatching(new RegExp(`^release\\.${field} is "forged", the signed record says ".+"$`)) });
  });

  test.each(['gitCommit', 'imageDigest', 'packageKind', 'packagePath', 'packageDigest'])('refuses where review has approved another %s', async (field) => {
    const { status, body } = await post(service, '/verify', { ...bench.promotion, approved: { [field]: 'other' } });

    expect(status).toBe(422);
    expect(body.reason).toContain(`approved.${field} is "other"`);
  });

  test('takes the image repository as any of its names', async () => {
    const { promotion } = bench;
    const { status } = await post(service, '/verify', { ...promotion, release: { ...promotion.release, imageRepo: 'GHCR.io:443/example/app' } });

    expect(status).toBe(200);
  });

  test('names every disagreement', async () => {
    const { promotion } = bench;
    const { body } = await post(service, '/verify', { ...promotion, release: { ...promotion.release, gitCommit: 'a', packagePath: 'package/../..' } });

    expect(body.reason).toMatch(/release\.gitCommit.*; release\.packagePath is "package\/\.\.\/\.\."/);
  });
});

describe('in audit mode', () => {
  test('what would be refused is told, and stops nothing', async () => {
    const audit = await bench.serve({ policies: [{ ...bench.policy, mode: 'audit' }] });
    const wrong = { ...bench.image, digest: otherDigest };
    const { status, body } = await post(audit, '/v1/verify', { capsule: bench.capsule, image: wrong });

    expect(status).toBe(200);
    expect(body).toMatchObject({ ok: true, enforced: false, outcome: 'refused', reason: expect.stringContaining('PAIR_DIGEST_DIFFERS') });
    const { body: old } = await post(audit, '/verify', { ...bench.promotion, image: wrong });
    expect(old).toMatchObject({ ok: true, enforced: false, outcome: 'refused' });
  });
});
