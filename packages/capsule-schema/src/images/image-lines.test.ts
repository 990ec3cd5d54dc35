import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatImageText } from './image-text.ts';
import { imagesInLines } from './image-lines.ts';
import { anImage } from './testing/arbitrary-images.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const shown = (text: string): readonly string[] => [...imagesInLines(text)].map(formatImageText);

describe('imagesInLines', () => {
  it.each([
    ['block style', 'spec:\n  containers:\n    - name: a\n      image: nginx:1.27\n', ['nginx:1.27']],
    ['the first key of a list item', '- image: nginx\n', ['nginx']],
    ['CRLF', 'image: nginx:1\r\nname: a\r\n', ['nginx:1']],
    ['quotes', 'image: "nginx:1"\nimage: \'redis:2\'\n"image": httpd\n\'image\': a', ['nginx:1', 'redis:2', 'httpd', 'a']],
    ['a comment behind it', 'image: nginx:1 # the server', ['nginx:1']],
    ['an anchor and a tag', 'image: &web !!str nginx:1\n', ['nginx:1']],
    ['flow style', 'containers: [{name: a, image: nginx:1}, {image: "redis:2", name: b}]', ['nginx:1', 'redis:2']],
    ['JSON', '{"image":"ghcr.io/a/b:1","x":{"image" : "c"}}', ['ghcr.io/a/b:1', 'c']],
    ['JSON with escaped slashes', '{"image": "ghcr.io\\/a\\/b:1"}', ['ghcr.io/a/b:1']],
    ['keys that end in image', 'sidecarImage: a\ninit_image: b\nbase-image: c\nIMAGE: d', ['a', 'b', 'c', 'd']],
    ['a block scalar', 'image: >-\n  nginx:1\nname: a', ['nginx:1']],
    ['a value on the next line', 'image:\n  nginx:1\nname: a', ['nginx:1']],
    ['an image volume', 'volumes:\n- name: v\n  image:\n    pullPolicy: Always\n    reference: acme/data:1\n', ['acme/data:1']],
    ['an image volume in JSON', '{"image":{"reference":"acme/data:1"}}', ['acme/data:1']],
    ['a digest', `image: nginx:1@${digest}`, [`nginx:1@${digest}`]],
    ['single quotes around a #', "- {name: 'a #b', image: evil:1}", ['evil:1']],
    ['a value after an empty line and a comment', 'image:\n\n  # c\n  evil:2\n', ['evil:2']],
    ['a template in the place of the tag', 'image: ghcr.io/a/b:{{ .Chart.AppVersion }}\nimage: "c:{{ .Values.tag | default "1" }}"', ['ghcr.io/a/b', 'c']],
    ['a patch in a text', "patch: |-\n  - op: replace\n    image: nginx:1", ['nginx:1']],
  ])('finds an image in %s', (_, text, images) => {
    expect(shown(text)).toEqual(images);
  });

  it.each([
    ['a comment', '# image: nginx\nname: a # image: nginx'],
    ['other keys', 'imagePullPolicy: Always\nimages: nginx\nimageTag: a\nreference: nginx\nsecretRef: {reference: a}'],
    ['what only a template says', 'image: {{ .Values.image }}\nimage: "{{ .Values.registry }}/app:{{ .Values.tag }}"'],
    ['a schema', 'image:\n  description: the image\n  type: string'],
    ['what is not text', 'image: true\nimage: null\nimage: ~\nimage: 1.5\nimage: [a]\nimage:\nname: a'],
    ['what stands no deeper than the key', 'image:\nnginx\n'],
    ['a sentence', 'image: the image of the server'],
    ['an alias', 'image: *web'],
    ['a plain text without a space', 'image:nginx'],
  ])('finds none in %s', (_, text) => {
    expect(shown(text)).toEqual([]);
  });

  it('takes a "#" inside double quotes for no comment', () => {
    expect(shown('{"color": " #fff", "image": "nginx"}')).toEqual(['nginx']);
  });

  it('finds every image in JSON and in YAML, however it is spelled', () => {
    fc.assert(
      fc.property(fc.array(anImage.filter(({ name }) => /[a-z]/.test(name) && !/^(?:no|on|off|yes|true|false|null)$/.test(name))), (images) => {
        const names = images.map(formatImageText);
        const objects = images.map((image) => ({ name: 'a', image: formatImageText(image) }));
        expect(shown(JSON.stringify(objects))).toEqual(names);
        expect(shown(JSON.stringify(objects, undefined, 2))).toEqual(names);
        expect(shown(objects.map(({ image }) => `- name: a\n  image: ${image}\n`).join(''))).toEqual(names);
      }),
    );
  });

  it('ends on any text', () => {
    const pieces = fc.constantFrom('image', 'reference', ':', ' ', '"', "'", '{', '}', '{{', '#', '\n', '\r\n', '&a ', '!', '|', 'a', ',', '\\');
    fc.assert(fc.property(fc.oneof(fc.string(), fc.string({ unit: pieces })), (text) => {
      expect(Array.isArray(shown(text))).toBe(true);
    }));
  });

  it.each([
    'image: ', 'image:"', "image:'", 'image: "\\', 'image: &', 'image: & ', 'image:{', 'image: !a ', '"image":"a",',
    'image ', 'image:\n', 'image: |\n', '\n', ' #', ' ', '"', 'reference: ', '{"image":{', '&a ',
  ])('reads a text that repeats %j in linear time', { timeout: 10_000 }, (piece) => {
    const text = piece.repeat(Math.floor((4 * 1024 * 1024) / piece.length));
    const started = performance.now();
    for (const _ of imagesInLines(text)) continue;
    expect(performance.now() - started).toBeLessThan(4000);
  });
});
