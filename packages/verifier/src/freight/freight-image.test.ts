import { describe, expect, it } from 'vitest';
import { VerifyError } from '../errors.ts';
import type { Freight, FreightImage } from './freight.ts';
import { findRelease, freightFromImage } from './freight-image.ts';

const tag = 'git-0cc4cd87f40ae606d1822d5652b552f8c50a4668';
const digestOf = (letter: string) => `sha256:${letter.repeat(64)}`;
const app: FreightImage = { repoURL: 'ghcr.io/example/app', tag, digest: digestOf('a') };
const capsule: FreightImage = { repoURL: 'ghcr.io/example/app-capsule', tag, digest: digestOf('b') };
const sidecar: FreightImage = { repoURL: 'docker.io/envoyproxy/envoy', tag: 'v1', digest: digestOf('c') };
const freight = (...images: FreightImage[]): Freight => ({ images, commits: [], charts: [], artifacts: [] });
const roles = {
  capsuleRepository: 'ghcr.io/example/app-capsule',
  imageRepository: 'ghcr.io/example/app',
  pairing: 'image',
} as const;
const ambiguity = (act: () => unknown): VerifyError => {
  try {
    act();
  } catch (error) {
    if (error instanceof VerifyError) return error;
    throw error;
  }
  throw new Error('nothing was ambiguous');
};

describe('findRelease', () => {
  it('finds image and capsule', () => {
    expect(findRelease(freight(sidecar, capsule, app), roles)).toEqual({ image: app, capsule, others: [sidecar] });
  });

  it('finds a capsule alone', () => {
    expect(findRelease(freight(capsule), roles)).toEqual({ capsule, others: [] });
  });

  it('finds an image alone', () => {
    expect(findRelease(freight(app), roles)).toEqual({ image: app, others: [] });
  });

  it('takes the one image beside the capsule for the application\'s where no policy names it', () => {
    const { capsuleRepository, pairing } = roles;

    expect(findRelease(freight(capsule, app), { capsuleRepository, pairing }).image).toBe(app);
  });

  it('refuses to guess between two images where no policy names the application\'s', () => {
    const { capsuleRepository, pairing } = roles;

    const error = ambiguity(() => findRelease(freight(app, sidecar, capsule), { capsuleRepository, pairing }));

    expect(error.code).toBe('IMAGE_AMBIGUOUS');
    expect(error.message).toContain('envoyproxy/envoy');
    expect(error.hint).toContain('image.repository');
  });

  it('asks for both repositories where neither is named', () => {
    const error = ambiguity(() => findRelease(freight(app, capsule), { pairing: 'image' }));

    expect(error.hint).toContain('capsule.repository');
  });

  it('refuses two images of one repository and different digests', () => {
    const other = { ...app, digest: digestOf('d') };

    expect(ambiguity(() => findRelease(freight(app, other, capsule), roles)).code).toBe('IMAGE_AMBIGUOUS');
    expect(ambiguity(() => findRelease(freight(capsule, { ...capsule, tag: 'other' }), roles)).code).toBe(
      'IMAGE_AMBIGUOUS',
    );
  });

  it('refuses a second image that hides behind another spelling of the repository', () => {
    const other = { ...app, repoURL: 'GHCR.io:443/example/app', digest: digestOf('d') };

    expect(ambiguity(() => findRelease(freight(app, other), roles)).code).toBe('IMAGE_AMBIGUOUS');
  });

  it('takes one image found by two subscriptions for one', () => {
    const twice = freight({ ...app, subscriptionName: 'one' }, { ...app, subscriptionName: 'two' }, capsule);

    expect(findRelease(twice, roles)).toMatchObject({ image: { repoURL: app.repoURL }, others: [] });
  });

  it('knows Docker Hub under each of its names', () => {
    const image = { repoURL: 'index.docker.io/library/app', tag, digest: digestOf('a') };

    expect(findRelease(freight(image), { ...roles, imageRepository: 'docker.io/library/app' }).image).toBe(image);
  });

  it('takes no image for the application\'s where the policy says that there is none', () => {
    const { capsuleRepository } = roles;

    const release = findRelease(freight(app, sidecar, capsule), { capsuleRepository, pairing: 'locked' });

    expect(release).toEqual({ capsule, others: [app, sidecar] });
  });
});

describe('freightFromImage', () => {
  it('makes a Freight of one image', () => {
    expect(freightFromImage(`ghcr.io/example/app:${tag}@${digestOf('a')}`)).toEqual(freight(app));
  });

  it.each([
    ['no digest', 'ghcr.io/example/app:git-1'],
    ['a digest in upper case', `ghcr.io/example/app@sha256:${'A'.repeat(64)}`],
    ['a scheme', `https://ghcr.io/a@${digestOf('a')}`],
    ['nothing', ''],
  ])('refuses %s', (_what, text) => {
    expect(ambiguity(() => freightFromImage(text)).code).toBe('FREIGHT_INVALID');
  });
});
