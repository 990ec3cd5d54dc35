import { tmpdir } from 'node:os';
import { describe, expect, it, test } from 'vitest';
import { appImage, capsuleDigest, capsuleImage, freightOf, otherDigest, policy, tag } from '../claims/testing/release.ts';
import type { FreightImage } from '../freight/freight.ts';
import type { CapsuleReference } from './verify-options.ts';
import { readRequest, type VerifyRequest } from './verify-request.ts';

const { tag: _tag, ...untagged } = capsuleImage;

function request(images: readonly FreightImage[], capsule?: CapsuleReference): VerifyRequest {
  const options = { now: () => new Date(0), temporaryDirectory: tmpdir(), ...(capsule && { capsule }) };
  return readRequest(freightOf(...images), policy, options);
}

describe('readRequest', () => {
  it.each<readonly [string, readonly FreightImage[], CapsuleReference, VerifyRequest['coordinates']]>([
    ['pins what the Freight pins', [capsuleImage, appImage], {}, { pinned: capsuleDigest, tag }],
    ['keeps the caller\'s digest apart from the Freight\'s', [capsuleImage], { digest: otherDigest }, { pinned: capsuleDigest, requested: otherDigest, tag }],
    ['looks up the image\'s tag where nothing names the capsule', [appImage], {}, { tag }],
    ['looks up no tag where the caller names a digest', [appImage], { digest: capsuleDigest }, { requested: capsuleDigest }],
    ['looks up no tag where the Freight pins a digest alone', [appImage, untagged], {}, { pinned: capsuleDigest }],
    ['looks up the caller\'s tag where the Freight has none', [appImage], { tag: 'v1' }, { tag: 'v1' }],
  ])('%s', (_what, images, reference, wanted) => {
    expect(request(images, reference).coordinates).toEqual(wanted);
  });

  it('lists every tag that is stated, also where the caller states a better one for the capsule', () => {
    const { tags } = request([appImage, { ...capsuleImage, tag: 'moved' }], { tag });

    expect(tags).toEqual({ imageTag: tag, capsuleTag: tag, freightTag: 'moved' });
  });

  it('compares the repository only where the store has one', () => {
    expect(request([appImage], { repository: 'ghcr.io/example/app-capsule', tag }).located).toEqual({ capsuleRepository: 'ghcr.io/example/app-capsule' });
    expect(request([appImage], { layout: 'oci:here', tag })).toMatchObject({ located: {}, place: 'oci:here' });
  });

  it('does not guess which of two images is the application\'s', () => {
    expect(() => request([appImage, { ...appImage, digest: otherDigest }])).toThrow(expect.objectContaining({ code: 'IMAGE_AMBIGUOUS' }));
  });
});

test('nothing is known where neither Freight nor policy names a repository', () => {
  const { repository: _repository, ...capsule } = policy.capsule;
  const { image: _image, ...placeless } = { ...policy, capsule };
  const options = { now: () => new Date(0), temporaryDirectory: tmpdir() };

  expect(readRequest(freightOf(), placeless, options).coordinates).toEqual({});
});

describe('a Freight of another application', () => {
  const shop: FreightImage = { repoURL: 'ghcr.io/example/shop', tag, digest: otherDigest };
  const pair: readonly FreightImage[] = [shop, { ...shop, repoURL: 'ghcr.io/example/shop-capsule' }];

  it('is said to be that: it names no capsule of the policy', () => {
    const message = 'this Freight holds images of "ghcr.io/example/shop", "ghcr.io/example/shop-capsule"; the policy is about "ghcr.io/example/app-capsule" and "ghcr.io/example/app"';

    expect(() => request(pair)).toThrow(expect.objectContaining({ code: 'CAPSULE_UNNAMED', message }));
  });

  it('is said to be that where the policy names the capsule alone, and either could be the image', () => {
    const { image: _image, ...capsuleOnly } = policy;
    const options = { now: () => new Date(0), temporaryDirectory: tmpdir() };
    const message = expect.stringMatching(/^this Freight holds images of .*; the policy is about "ghcr.io\/example\/app-capsule", and several could be the application image$/);

    expect(() => readRequest(freightOf(...pair), capsuleOnly, options)).toThrow(expect.objectContaining({ code: 'IMAGE_AMBIGUOUS', message }));
  });

  it('leaves what the caller names to be judged', () => {
    expect(request(pair, { tag }).coordinates).toEqual({ tag });
  });
});
