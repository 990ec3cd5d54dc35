import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findMentions } from './image-mentions.ts';
import { formatImageText } from './image-text.ts';
import { anImageName, aTag } from './testing/arbitrary-images.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const find = (text: string, ...names: readonly string[]): readonly string[] => findMentions(text, names).map(({ image }) => formatImageText(image));

describe('findMentions', () => {
  it.each([
    ['alone', 'app:1', ['app:1']],
    ['with a digest', `app@${digest} app:1@${digest}`, [`app@${digest}`, `app:1@${digest}`]],
    ['as the value of a flag', '--image=app:1', ['app:1']],
    ['in a list', '"app:1","app:2",[app:3]', ['app:1', 'app:2', 'app:3']],
    ['at the end of a sentence', 'We run app:1.', ['app:1']],
    ['on lines', 'app:1\n app:2\r\n', ['app:1', 'app:2']],
  ])('finds an image %s', (_, text, images) => {
    expect(find(text, 'app')).toEqual(images);
  });

  it.each(['app', 'myapp:1', 'my-app:1', 'x/app:1', 'app:1/x', 'app-b:1', 'http://app:80', 'app: 1', 'app@', 'app:1:2', 'x@app:1', 'app@sha256:12'])('finds none in %j', (text) => {
    expect(find(text, 'app')).toEqual([]);
  });

  it('finds several names in the order of the text, and takes the dot for a dot', () => {
    expect(find('b.c:1 a:2 bxc:3 b.c:4', 'a', 'b.c')).toEqual(['b.c:1', 'a:2', 'b.c:4']);
  });

  it('finds what is written between spaces, where it is', () => {
    fc.assert(fc.property(fc.array(fc.tuple(anImageName, aTag.filter((tag) => /[A-Za-z0-9_]$/.test(tag)))), (images) => {
      const spelled = images.map(([name, tag]) => `${name}:${tag}`);
      const text = spelled.join(' ');
      const found = findMentions(text, [...new Set(images.map(([name]) => name))]);
      expect(found.map(({ start, end }) => text.slice(start, end))).toEqual(spelled);
    }));
  });

  it('takes time in the length of the text', { timeout: 10_000 }, () => {
    for (const piece of ['a', 'a:', 'a:a', 'a@', 'a@a:', 'a:1 ']) {
      expect(findMentions(piece.repeat(1_000_000), ['a', 'b']).length).toBeGreaterThanOrEqual(0);
    }
  });
});
