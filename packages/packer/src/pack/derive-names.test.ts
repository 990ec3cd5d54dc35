import { compareNames, type NamedImages, type NamedRepository } from '@release-capsule/schema';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameApplication, nameLocked } from './derive-names.ts';

const shownOf = (...texts: readonly string[]): NamedImages => ({
  names: texts.map((text) => {
    const [name = '', tag] = text.split(':');
    return { name, tag, file: 'app.yaml' };
  }),
  values: [],
});

describe('nameLocked', () => {
  const digest = { repoURL: 'docker.io/library/redis' };
  const shown = shownOf('redis:6', 'redis:7', 'docker.io/redis:7');

  it.each<readonly [what: string, images: readonly NamedRepository[], names: unknown]>([
    ['under its tag alone', [{ ...digest, tag: '7' }], [{ name: 'docker.io/redis', tag: '7' }, { name: 'redis', tag: '7' }]],
    ['under every tag, where it has none', [digest], [{ name: 'docker.io/redis' }, { name: 'redis' }]],
    ['not at all, where two locks could be meant', [digest, { ...digest, tag: '7' }], undefined],
    ['as it is stated', [{ ...digest, names: [{ name: 'valkey' }] }], [{ name: 'valkey' }]],
    ['by no name that another image has', [digest, { repoURL: 'ghcr.io/example/redis', names: [{ name: 'redis' }] }], [{ name: 'docker.io/redis' }]],
  ])('names an image %s', (_what, images, names) => {
    const [first = digest] = images;
    expect(nameLocked(first, { image: undefined, images }, shown).names).toEqual(names);
  });
});

describe('the names that a record gets', () => {
  const spellings = fc.constantFrom('nginx', 'docker.io/nginx', 'docker.io/library/nginx', 'index.docker.io/nginx', 'redis', 'example/nginx');
  const named = fc.record({ name: spellings, tag: fc.constantFrom(undefined, '1', '2') });
  const unique = (items: typeof named): fc.Arbitrary<readonly { readonly name: string; readonly tag: string | undefined }[]> =>
    fc.uniqueArray(items, { selector: ({ name, tag }) => `${name}:${tag}`, maxLength: 6 });

  it('leave out no spelling of the repository, mean one image each, and are all shown where none is stated', () => {
    fc.assert(
      fc.property(unique(named), fc.constantFrom(undefined, '1'), (names, tag) => {
        const shown: NamedImages = { names: names.map((name) => ({ ...name, file: 'a.yaml' })), values: [] };
        const stated = { repoURL: 'docker.io/library/nginx' };
        const other = { repoURL: 'docker.io/library/redis', tag };
        const image = { ...stated, ...nameApplication(stated, [other], shown) };
        const locked = { ...other, ...nameLocked(other, { image, images: [other] }, shown) };
        const { leftOut, unshown, isNowhere } = compareNames({ kind: 'kustomize', image, images: [locked] }, shown, []);
        expect({ leftOut, unshown, isNowhere }).toEqual({ leftOut: [], unshown: [], isNowhere: image.names.length === 0 });
        const all = [...image.names, ...(locked.names ?? [])].map(({ name }) => name);
        expect(new Set(all).size).toBe(all.length);
      }),
    );
  });
});
