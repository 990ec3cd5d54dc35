import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatImageText, isImageName, isImageTag, normaliseImageName, parseImageText } from './image-text.ts';
import { anImage, anImageName } from './testing/arbitrary-images.ts';

const digest = `sha256:${'a'.repeat(64)}`;

describe('parseImageText', () => {
  it.each([
    ['nginx', { name: 'nginx' }],
    ['nginx:1.27', { name: 'nginx', tag: '1.27' }],
    ['stefanprodan/podinfo:6.9.2', { name: 'stefanprodan/podinfo', tag: '6.9.2' }],
    ['localhost:5000/a', { name: 'localhost:5000/a' }],
    ['localhost:5000/a:V1', { name: 'localhost:5000/a', tag: 'V1' }],
    [`GHCR.io/a/b__c-d:V_1.0-rc@${digest}`, { name: 'GHCR.io/a/b__c-d', tag: 'V_1.0-rc', digest }],
    [`nginx@${digest}`, { name: 'nginx', digest }],
    [`a@sha512:${'0'.repeat(128)}`, { name: 'a', digest: `sha512:${'0'.repeat(128)}` }],
    ['my_org/a', { name: 'my_org/a' }],
    ['10.0.0.1:80/a', { name: '10.0.0.1:80/a' }],
  ])('reads %s', (text, image) => {
    expect(parseImageText(text)).toEqual(image);
  });

  it.each([
    '', 'Nginx', 'nginx:', 'nginx@', ':1', `@${digest}`, 'a b', ' nginx', 'nginx\n', 'a//b', 'a/', '/a', 'https://a/b', 'a:1:2', `nginx@${digest}@${digest}`,
    '{{ .Values.image }}', '${IMAGE}', 'a:{{ tag }}', 'a+b', 'a*', '(a)', 'a|b', '[::1]:5000/a', 'a:-1', `a:${'1'.repeat(129)}`, 'a@sha256:12', '-a', 'a..b', 'é',
    'a'.repeat(513),
  ])('takes %j for no image', (text) => {
    expect(parseImageText(text)).toBeUndefined();
  });

  it('reads what formatImageText writes', () => {
    fc.assert(fc.property(anImage, (image) => {
      expect(parseImageText(formatImageText(image))).toEqual(image);
    }));
  });

  it('gives undefined, or an image that is spelled like the text, for any text', () => {
    const pieces = fc.constantFrom('a', 'B', '.', ':', '/', '@', '-', '_', '[', digest, 'sha256:', ' ', '\n');
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: pieces })), (text) => {
        const image = parseImageText(text);
        if (image !== undefined) expect(formatImageText(image)).toBe(text);
      }),
    );
  });

  it('gives names in which a regular expression reads nothing but the dot', () => {
    fc.assert(fc.property(anImageName, (name) => {
      expect(isImageName(name)).toBe(true);
      expect(name).toMatch(/^[A-Za-z0-9._:/-]+$/);
    }));
    expect(isImageName('a.b/c')).toBe(true);
    expect(['^', '$', '*', '+', '?', '(', ')', '[', ']', '{', '}', '|', '\\'].filter((letter) => isImageName(`a${letter}b`))).toEqual([]);
  });

  it('answers on long texts at once', { timeout: 2000 }, () => {
    for (const piece of ['a', 'a.', 'A-', '-', 'a_', 'a__', 'a/', 'a:', '@', 'a--']) {
      expect(parseImageText(`${piece.repeat(1_000_000)}!`)).toBeUndefined();
      expect(parseImageText(`${piece.repeat(Math.floor(500 / piece.length))}!`)).toBeUndefined();
    }
  });
});

describe('normaliseImageName', () => {
  it.each([
    ['nginx', 'docker.io/library/nginx'],
    ['docker.io/nginx', 'docker.io/library/nginx'],
    ['index.docker.io/nginx', 'docker.io/library/nginx'],
    ['index.docker.io/library/nginx', 'docker.io/library/nginx'],
    ['library/nginx', 'docker.io/library/nginx'],
    ['acme/app', 'docker.io/acme/app'],
    ['ghcr.io/acme/app', 'ghcr.io/acme/app'],
    ['localhost/app', 'localhost/app'],
    ['registry:5000/app', 'registry:5000/app'],
    ['Acme/app', 'acme/app'],
    ['GHCR.io:443/acme/app', 'ghcr.io/acme/app'],
  ])('spells %s in full as %s', (name, full) => {
    expect(normaliseImageName(name)).toBe(full);
  });

  it('gives a name that stays as it is when it is spelled in full again', () => {
    fc.assert(fc.property(anImageName, (name) => {
      const full = normaliseImageName(name);
      expect(isImageName(full)).toBe(true);
      expect(normaliseImageName(full)).toBe(full);
    }));
  });
});

describe('isImageTag', () => {
  it('takes what can stand after the colon', () => {
    expect(['1', 'v1.2-rc_3', 'LATEST', '', '-1', 'a b', 'a:b'].map(isImageTag)).toEqual([true, true, true, false, false, false, false]);
  });
});
