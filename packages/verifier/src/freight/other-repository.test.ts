import fc from 'fast-check';
import { expect, test } from 'vitest';
import { heldText, otherRepositoryText } from './other-repository.ts';

const images = (...names: readonly string[]): { readonly images: readonly { readonly repoURL: string }[] } => ({ images: names.map((repoURL) => ({ repoURL })) });

test('a Freight of another repository is said to be that, with both names', () => {
  expect(otherRepositoryText(images('ghcr.io/example/shop'), ['ghcr.io/example/app-capsule', undefined])).toBe(
    'this Freight holds an image of "ghcr.io/example/shop"; the policy is about "ghcr.io/example/app-capsule"',
  );
  expect(otherRepositoryText(images('a.io/x', 'a.io/y', 'a.io/x'), ['b.io/app-capsule', 'b.io/app'])).toBe(
    'this Freight holds images of "a.io/x", "a.io/y"; the policy is about "b.io/app-capsule" and "b.io/app"',
  );
  expect(otherRepositoryText(images(), ['b.io/app'])).toBe('this Freight holds no image; the policy is about "b.io/app"');
});

test('a Freight that holds a named repository, however it is spelled, is not of another', () => {
  expect(otherRepositoryText(images('a.io/x', 'GHCR.io:443/example/app'), ['ghcr.io/example/app'])).toBeUndefined();
  expect(otherRepositoryText(images('nginx'), ['docker.io/library/nginx'])).toBeUndefined();
  expect(otherRepositoryText(images('a.io/x'), [undefined])).toBeUndefined();
});

test('the text stays short, however much a Freight holds', () => {
  fc.assert(fc.property(fc.array(fc.stringMatching(/^[a-z]{1,20}$/), { maxLength: 200 }), (names) => {
    expect(heldText(images(...names.map((name) => `ghcr.io/${name}`))).length).toBeLessThan(200);
  }));
});
