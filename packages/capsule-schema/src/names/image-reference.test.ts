import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SchemaError } from '../errors.ts';
import { refusal } from '../testing/refusal.ts';
import { parsePinnedImage, parseRepository } from './image-reference.ts';

const digest = `sha256:${'a'.repeat(64)}`;

describe('parsePinnedImage', () => {
  it.each([
    [`ghcr.io/example/app@${digest}`, { repoURL: 'ghcr.io/example/app', digest }],
    [`ghcr.io/example/app:v1@${digest}`, { repoURL: 'ghcr.io/example/app', tag: 'v1', digest }],
    [`127.0.0.1:5000/app@${digest}`, { repoURL: '127.0.0.1:5000/app', digest }],
    [`127.0.0.1:5000/app:v1@${digest}`, { repoURL: '127.0.0.1:5000/app', tag: 'v1', digest }],
    [`[::1]:5000/app:_@${digest}`, { repoURL: '[::1]:5000/app', tag: '_', digest }],
  ])('reads %s', (text, image) => {
    expect(parsePinnedImage(text)).toEqual(image);
  });

  it.each([
    'ghcr.io/example/app',
    'ghcr.io/example/app:v1',
    `@${digest}`,
    `ghcr.io/example/app@`,
    `ghcr.io/example/app@sha256:${'A'.repeat(64)}`,
    `ghcr.io/example/app@sha256:${'a'.repeat(63)}`,
    `ghcr.io/example/app@sha512:${'a'.repeat(128)}`,
    `ghcr.io/example/app@${digest}@${digest}`,
    `ghcr.io/example/app:@${digest}`,
    `ghcr.io/example/app:-v@${digest}`,
    `ghcr.io/example/app:${'v'.repeat(129)}@${digest}`,
    `ghcr.io/example/app:v 1@${digest}`,
    `https://ghcr.io/example/app@${digest}`,
    `oci://ghcr.io/example/app@${digest}`,
    `app@${digest}`,
    `ghcr.io/Example/app@${digest}`,
    ` ghcr.io/example/app@${digest}`,
    `ghcr.io/example/app@${digest}\n`,
  ])('refuses %j', (text) => {
    expect(() => parsePinnedImage(text)).toThrow(refusal('IMAGE_INVALID'));
  });

  it.each([
    ['https://robot:hunter2@ghcr.io/example/app', 'https://***@ghcr.io/example/app'],
    ['robot:hunter2@ghcr.io/example/app', '***@ghcr.io/example/app'],
    ['https://hunter2@ghcr.io/example/app:v1', 'https://***@ghcr.io/example/app:v1'],
    ['app@sha256:12', 'app@sha256:12'],
  ])('shows no password of %s', (text, shown) => {
    const message = messageOf(() => parsePinnedImage(text));

    expect(message).toContain(`"${shown}"`);
    expect(message).not.toContain('hunter2');
  });

  it('gives an image or a typed error for any text', () => {
    const words = fc.constantFrom('a', 'B', '.', ':', '/', '@', '-', '_', '[', digest, 'sha256:', ' ');
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: words })), (text) => {
        try {
          const { repoURL, tag, digest: pinned } = parsePinnedImage(text);
          expect(`${repoURL}${tag === undefined ? '' : `:${tag}`}@${pinned}`).toBe(text);
        } catch (error) {
          expect(error).toBeInstanceOf(SchemaError);
        }
      }),
    );
  });
});

describe('parseRepository', () => {
  it.each(['ghcr.io/a', 'h/b_c/d__e/f-g/h---i/j.k', 'localhost:5000/a', 'GHCR.io/a'])('takes %s', (text) => {
    expect(parseRepository(text)).toBe(text);
  });

  const incomplete = ['', 'a', '/a', 'a/', 'h//a'];
  const misspelt = ['h/../a', 'h/./a', 'h/-a', 'h/a-', 'h/a..b', 'h/a___b', 'h/a:tag', 'h/a?b', 'h/é', '-h/a'];

  it.each([...incomplete, ...misspelt])('refuses %j', (text) => {
    expect(() => parseRepository(text)).toThrow(refusal('IMAGE_INVALID'));
  });

  it('answers on long texts before long', { timeout: 5000 }, () => {
    for (const piece of ['a', '/a', '-', '_', '__', 'a_', '.']) {
      expect(() => parseRepository(`h/${piece.repeat(100_000)}!`)).toThrow(refusal('IMAGE_INVALID'));
      expect(() => parseRepository(`h/${piece.repeat(500 / piece.length)}!`)).toThrow(refusal('IMAGE_INVALID'));
    }
  });
});

function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof SchemaError) return error.message;
  }
  throw new Error('no SchemaError was thrown');
}
