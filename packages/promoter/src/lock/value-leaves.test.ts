import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nestedValues, valuesFor } from './set-values.ts';
import { leavesNear, valueLeaves } from './value-leaves.ts';

const leaves = (...texts: readonly string[]): readonly (readonly [string, string])[] =>
  valueLeaves(texts.map((text) => Buffer.from(text))).map(({ path, text }) => [path, text]);

describe('valueLeaves', () => {
  it('lists the texts of mappings as they are spelled, and nothing in lists or under keys with dots', () => {
    expect(leaves('image: {tag: 1.10, repository: app, digest: }\nlist: [{image: a}]\na.b: c\n')).toEqual([
      ['image.tag', '1.10'],
      ['image.repository', 'app'],
      ['image.digest', ''],
    ]);
  });

  it('lets a later file count more', () => {
    expect(leaves('image: {tag: "1", repository: app}\n', 'image: {tag: "2"}\n')).toEqual([
      ['image.tag', '2'],
      ['image.repository', 'app'],
    ]);
  });

  it('gives a list for any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(leaves(text)).toBeInstanceOf(Array);
      }),
    );
  });
});

describe('leavesNear', () => {
  it('picks parts of the image, and versions and registries beside them', () => {
    const all = valueLeaves([Buffer.from('hub: quay.io/acme\napp: {name: web, version: "", replicas: 2}\nother: {tag: ""}\n')]);

    expect(leavesNear(all, ['quay.io/acme/web:1']).map(({ path }) => path)).toEqual(['hub', 'app.name', 'app.version']);
  });
});

const key = fc.constantFrom('image', 'tag', 'a', '__proto__', 'constructor', '0');
const path = fc.array(key, { minLength: 1, maxLength: 4 }).map((keys) => keys.join('.'));

describe('nestedValues', () => {
  it('is read back by valueLeaves', () => {
    fc.assert(
      fc.property(path, fc.string({ minLength: 1, unit: 'grapheme-ascii' }), (where, text) => {
        const [leaf] = valueLeaves([Buffer.from(JSON.stringify(nestedValues(new Map([[where, text]]))))]);
        expect(leaf?.path).toBe(where);
      }),
    );
  });
});

describe('valuesFor', () => {
  const image = { name: 'acme/app', tag: 'git-1', digest: `sha256:${'1'.repeat(64)}` };

  it.each([
    [{ image: 'i' }, { i: `acme/app:git-1@${image.digest}` }],
    [{ repository: 'r', tag: 't' }, { r: 'acme/app', t: `git-1@${image.digest}` }],
    [{ repository: 'r', digest: 'd' }, { r: 'acme/app', d: image.digest }],
    [{ repository: 'r', tag: 't', digest: 'd', registry: 'g' }, { r: 'acme/app', g: 'docker.io', t: 'git-1', d: image.digest }],
  ])('sets %j', (paths, values) => {
    expect(Object.fromEntries(valuesFor(paths, image))).toEqual(values);
  });
});
