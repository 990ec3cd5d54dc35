import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Freight, FreightImage } from './freight.ts';
import { freightName } from './freight-name.ts';

const tag = 'git-0cc4cd87f40ae606d1822d5652b552f8c50a4668';
const app = { repoURL: 'ghcr.io/example/app', tag, digest: `sha256:${'a'.repeat(64)}` };
const capsule = { repoURL: 'ghcr.io/example/app-capsule', tag, digest: `sha256:${'b'.repeat(64)}` };
const empty: Freight = { images: [], commits: [], charts: [], artifacts: [] };
const origin = { kind: 'Warehouse', name: 'app' };

// Expected names were computed by Kargo's own rules, written in Go over Kargo's own normalisation of addresses.
describe('freightName', () => {
  it('is Kargo\'s for an image and its capsule', () => {
    expect(freightName({ ...empty, origin, images: [app, capsule] })).toBe('5a642f17c06a93a70238113dd0e6aeec65400c22');
  });

  it('is Kargo\'s for an image of a named subscription', () => {
    expect(freightName({ ...empty, origin, images: [{ ...app, subscriptionName: 'main' }] })).toBe(
      '62ac8c753bc673be981ba64f122b81623ed165c7',
    );
  });

  it('is Kargo\'s for a Freight of every kind of artifact', () => {
    const freight: Freight = {
      origin: { kind: 'Warehouse', name: 'mixed' },
      images: [{ repoURL: 'nginx', tag: '1.29', digest: `sha256:${'c'.repeat(64)}` }],
      commits: [
        { repoURL: 'https://user:secret@GitHub.com/Example/App.git', id: '0cc4cd87f40ae606d1822d5652b552f8c50a4668' },
        { repoURL: 'git@github.com:Example/Other.git', id: '1'.repeat(40), tag: 'v1.2.3', subscriptionName: 'other' },
      ],
      charts: [
        { repoURL: 'https://charts.example.com', name: 'web', version: '1.2.3' },
        { repoURL: 'oci://registry-1.docker.io/bitnamicharts/redis', version: '20.0.0', subscriptionName: 'cache' },
      ],
      artifacts: [{ artifactType: 'application/json', subscriptionName: 'config', version: '42' }],
    };

    expect(freightName(freight)).toBe('4184333b5477ab773c0d8978e74a97df3ce1b6ef');
  });

  it('is Kargo\'s for a Freight of nothing', () => {
    expect(freightName(empty)).toBe('1e0b7e3a6a58a2863eba020d3621199e16cedb50');
  });

  it('is the same in whatever order the images stand', () => {
    const image = fc.record({ repoURL: fc.string(), tag: fc.string(), digest: fc.string() });
    const orders = fc.array(image, { maxLength: 6 }).chain((images) => {
      return fc.tuple(fc.constant(images), fc.shuffledSubarray(images, { minLength: images.length }));
    });
    fc.assert(
      fc.property(orders, ([images, shuffled]) => {
        expect(freightName({ ...empty, images })).toBe(freightName({ ...empty, images: shuffled }));
      }),
    );
  });

  it('changes with every field of an image', () => {
    const name = (image: FreightImage) => freightName({ ...empty, origin, images: [image] });

    const names = [
      name(app),
      name({ ...app, repoURL: 'ghcr.io/Example/app' }),
      name({ ...app, tag: 'git-1' }),
      name({ ...app, digest: capsule.digest }),
    ];

    expect(new Set(names).size).toBe(names.length);
  });

  it('is not guessed where an address is odd', () => {
    expect(freightName({ ...empty, commits: [{ repoURL: 'https://h/%41', id: '1' }] })).toBeUndefined();
    expect(freightName({ ...empty, charts: [{ repoURL: 'https://h/..', version: '1' }] })).toBeUndefined();
  });
});
