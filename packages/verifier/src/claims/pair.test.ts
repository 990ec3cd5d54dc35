import { describe, expect, it } from 'vitest';
import type { FreightRelease } from '../freight/freight-image.ts';
import { judgePair } from './pair.ts';
import { appImage, capsuleImage, envoyImage, otherDigest, record, tag } from './testing/release.ts';

const leaving = (...unlockedImages: readonly string[]) => ({ references: [], unlockedImages });
const codes = (release: Partial<FreightRelease>, pairing: 'image' | 'locked' = 'image', made = record, allow = leaving()) => {
  return judgePair({ record: made, release: { others: [], ...release }, policy: { pairing, allow } }).map(({ code }) => code);
};
const { image: _image, ...withoutImage } = record;

describe('judgePair', () => {
  it('proves the image that the record was made for', () => {
    expect(codes({ image: appImage, capsule: capsuleImage })).toEqual(['PAIR_MATCHES']);
  });

  it('takes the image from the signed record where the Freight holds only the capsule', () => {
    expect(codes({ capsule: capsuleImage })).toEqual(['PAIR_FROM_RECORD']);
  });

  it.each([
    ['another digest under the same tag', { digest: otherDigest }, 'PAIR_DIGEST_DIFFERS'],
    ['another tag of the same digest', { tag: `git-${'1'.repeat(40)}` }, 'PAIR_TAG_DIFFERS'],
    ['another repository with the same digest', { repoURL: 'ghcr.io/evil/app' }, 'PAIR_REPOSITORY_DIFFERS'],
    ['a look-alike repository', { repoURL: 'ghcr.io/ex\u0430mple/app' }, 'PAIR_REPOSITORY_DIFFERS'],
    ['the same digest in upper case', { digest: `sha256:${'A'.repeat(64)}` }, 'PAIR_DIGEST_DIFFERS'],
  ])('refutes %s', (_what, changed, code) => {
    expect(codes({ image: { ...appImage, ...changed } })).toEqual([code]);
  });

  it('names each difference', () => {
    expect(codes({ image: { ...appImage, tag: 'latest', digest: otherDigest } })).toEqual(['PAIR_TAG_DIFFERS', 'PAIR_DIGEST_DIFFERS']);
  });

  it('says that the Freight is of another repository, and nothing of its digest', () => {
    const foreign = { repoURL: 'ghcr.io/other/app', tag: 'latest', digest: otherDigest };
    const judge = (release: Partial<FreightRelease>) => {
      return judgePair({ record, release: { others: [], ...release }, policy: { pairing: 'image', allow: leaving() } });
    };
    const message = 'the Freight holds no image of "ghcr.io/example/app"; it holds "ghcr.io/other/app"';

    for (const release of [{ image: foreign }, { others: [foreign] }, { capsule: capsuleImage, others: [foreign] }]) {
      expect(judge(release)).toMatchObject([{ code: 'PAIR_REPOSITORY_DIFFERS', message }]);
    }
    const many = Array.from({ length: 8 }, (_, index) => ({ ...foreign, repoURL: `ghcr.io/other/app-${index}` }));
    expect(judge({ others: many })[0]?.message).toMatch(/; it holds ("ghcr\.io\/other\/app-\d", ){4}and 4 more$/);
  });

  it('refutes an image without a digest, which any image under that tag would match', () => {
    expect(codes({ image: { repoURL: appImage.repoURL, tag } })).toEqual(['PAIR_DIGEST_ABSENT']);
  });

  it('compares repositories in their normal form', () => {
    expect(codes({ image: { ...appImage, repoURL: 'GHCR.IO/example/app' } })).toEqual(['PAIR_MATCHES']);
  });

  it('refutes a record without an application image, unless the policy says that there is none', () => {
    const judged = (pairing: 'image' | 'locked') => {
      const policy = { pairing, allow: leaving() };
      return judgePair({ record: withoutImage, release: { capsule: capsuleImage, others: [] }, policy }).map(({ code }) => code);
    };

    expect(judged('image')).toEqual(['PAIR_IMAGE_MISSING']);
    expect(judged('locked')).toEqual(['PAIR_LOCKED']);
  });

  it('holds every other image to the digest that the record locks', () => {
    expect(codes({ image: appImage, others: [envoyImage] })).toEqual(['PAIR_MATCHES']);
    expect(codes({ image: appImage, others: [{ ...envoyImage, digest: otherDigest }] })).toEqual([
      'PAIR_LOCKED_DIGEST_DIFFERS',
    ]);
    expect(codes({ image: appImage, others: [{ repoURL: 'index.docker.io/envoyproxy/envoy' }] })).toEqual([
      'PAIR_LOCKED_DIGEST_ABSENT',
    ]);
  });

  it('takes either digest of an image that the record locks twice', () => {
    const images = [...record.images, { repoURL: 'docker.io/envoyproxy/envoy', digest: otherDigest } as const];

    expect(codes({ image: appImage, others: [envoyImage] }, 'image', { ...record, images })).toEqual(['PAIR_MATCHES']);
  });

  it('refutes an image that the record does not lock, unless the policy leaves its repository open', () => {
    const release = { image: appImage, others: [{ repoURL: 'docker.io/library/unrelated', tag: '1' }] };

    expect(codes(release)).toEqual(['PAIR_IMAGE_UNKNOWN']);
    expect(codes(release, 'image', record, leaving('docker.io/library/related', 'docker.io'))).toEqual(['PAIR_IMAGE_UNKNOWN']);
    expect(codes(release, 'image', record, leaving('index.docker.io/library/unrelated'))).toEqual(['PAIR_MATCHES']);
  });

  it.each([
    ['a mirror of the application image with another digest', { ...appImage, repoURL: 'mirror.internal/example/app', digest: otherDigest }],
    ['a mirror of the very application image', { ...appImage, repoURL: 'mirror.internal/example/app' }],
    ['a capsule of a repository that nothing names', capsuleImage],
  ])('refutes %s beside the capsule', (_what, other) => {
    expect(codes({ capsule: capsuleImage, others: [other] })).toEqual(['PAIR_REPOSITORY_DIFFERS']);
  });

  it('lets no policy leave open what the record locks', () => {
    const others = [{ ...envoyImage, digest: otherDigest }];

    expect(codes({ image: appImage, others }, 'image', record, leaving(envoyImage.repoURL))).toEqual(['PAIR_LOCKED_DIGEST_DIFFERS']);
  });

  it('refutes a Freight that names a repository of capsules, and none of them', () => {
    expect(codes({ capsule: { repoURL: capsuleImage.repoURL } })).toEqual(['PAIR_FREIGHT_UNRELATED']);
  });

  it('refutes a Freight that speaks of nothing in the release: it permits no capsule at all', () => {
    const unrelated = { repoURL: 'ghcr.io/example/unrelated', tag, digest: otherDigest };

    expect(codes({})).toEqual(['PAIR_FREIGHT_UNRELATED']);
    for (const pairing of ['image', 'locked'] as const) {
      const allow = leaving(unrelated.repoURL);
      expect(codes({ others: [unrelated] }, pairing)).toEqual([pairing === 'image' ? 'PAIR_REPOSITORY_DIFFERS' : 'PAIR_FREIGHT_UNRELATED']);
      expect(codes({ others: [unrelated] }, pairing, record, allow)).toEqual(['PAIR_FREIGHT_UNRELATED']);
    }
    expect(codes({ others: [unrelated, envoyImage] }, 'locked', record, leaving(unrelated.repoURL))).toEqual(['PAIR_LOCKED']);
  });

  it('lets no Freight slip another application image past `pairing: locked`', () => {
    expect(codes({ others: [{ ...appImage, digest: otherDigest }] }, 'locked')).toEqual(['PAIR_LOCKED_DIGEST_DIFFERS']);
    expect(codes({ others: [appImage, envoyImage] }, 'locked')).toEqual(['PAIR_LOCKED']);
  });
});
