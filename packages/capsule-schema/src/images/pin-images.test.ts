import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { SchemaError } from '../errors.ts';
import { refusal } from '../testing/refusal.ts';
import { findImages } from './find-images.ts';
import { pinImages, type PinImagesOptions } from './pin-images.ts';
import { formatImageText } from './image-text.ts';
import { anImage } from './testing/arbitrary-images.ts';

const reference = `ghcr.io/acme/app@sha256:${'a'.repeat(64)}`;
const other = `ghcr.io/acme/other@sha256:${'b'.repeat(64)}`;
const pins = [{ name: 'app', reference }];
const pin = (text: string, options?: PinImagesOptions): string => pinImages(text, pins, options).text;

describe('pinImages', () => {
  it('says what it pinned, what it left, and where a pinned image is named besides', () => {
    const text = 'kind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - image: app:1\n    args: [--image=app:1]\n  - image: nginx\n';

    const object = { apiVersion: '', kind: 'Pod', name: 'web' };
    expect(pinImages(text, pins)).toEqual({
      text: text.replace('app:1', reference),
      pinned: [{ object, path: ['spec', 'containers', 0, 'image'], from: 'app:1', to: reference }],
      others: [{ object, path: ['spec', 'containers', 1, 'image'], text: 'nginx', image: { name: 'nginx' }, range: [text.indexOf('nginx'), text.indexOf('nginx') + 5] }],
      mentions: [{ object, path: ['spec', 'containers', 0, 'args', 0], text: 'app:1' }],
    });
  });

  it.each([
    ['plain', 'containers:\n- image: app:1 # the app\n  name: a\n', `containers:\n- image: ${reference} # the app\n  name: a\n`],
    ['at the end without a line end', 'containers: \n- image: app', `containers: \n- image: ${reference}`],
    ['in double quotes', 'containers: [{image: "app:1"}]', `containers: [{image: "${reference}"}]`],
    ['in single quotes', "containers: [{image: 'app:1'}]", `containers: [{image: '${reference}'}]`],
    ['with escapes', 'containers: [{image: "\\x61pp:1"}]', `containers: [{image: "${reference}"}]`],
    ['in flow style', 'containers: [{image: app, name: a}]', `containers: [{image: ${reference}, name: a}]`],
    ['in JSON', '{"containers":[{"image":"app:1","name":null}]}', `{"containers":[{"image":"${reference}","name":null}]}`],
    ['in a folded block', 'containers:\n- image: >- # c\n    app:1\n\n  name: a\n', `containers:\n- image: >- # c\n    ${reference}\n\n  name: a\n`],
    ['in a block whose comment says the same', 'containers:\n- image: >- # app:1\n    app:1\n', `containers:\n- image: >- # app:1\n    ${reference}\n`],
    ['in a literal block with an indentation', 'containers:\n- image: |2-\n    app:1\n  name: a\n', `containers:\n- image: |2-\n    ${reference}\n  name: a\n`],
    ['on the next line', 'containers:\n- image:\n    app:1\n  name: a\n', `containers:\n- image:\n    ${reference}\n  name: a\n`],
    ['behind a tag and an anchor', 'containers:\n- image: !!str &i app:1\n- image: *i\n', `containers:\n- image: !!str &i ${reference}\n- image: *i\n`],
    ['in a merged mapping', 'containers:\n- &c {image: app:1, name: a}\n- {<<: *c, name: b}\n', `containers:\n- &c {image: ${reference}, name: a}\n- {<<: *c, name: b}\n`],
    [
      'in a mapping that is merged where it stands',
      'containers: [{<<: {image: app:1}, containers: [{image: app:2}]}]',
      `containers: [{<<: {image: ${reference}}, containers: [{image: ${reference}}]}]`,
    ],
    ['with CRLF', 'containers:\r\n- image: app:1\r\n- image: |-\r\n    app\r\n', `containers:\r\n- image: ${reference}\r\n- image: |-\r\n    ${reference}\r\n`],
    ['with a digest of its own', `containers: [{image: "app:1@sha256:${'c'.repeat(64)}"}]`, `containers: [{image: "${reference}"}]`],
    ['as a key of itself', '? image\n: a\ncontainers:\n- ? image\n  : app:1\n', `? image\n: a\ncontainers:\n- ? image\n  : ${reference}\n`],
    [
      'in several documents',
      '--- # x\ncontainers: [{image: app}]\n...\n---\n---\ncontainers: [{image: app}]\n',
      `--- # x\ncontainers: [{image: ${reference}}]\n...\n---\n---\ncontainers: [{image: ${reference}}]\n`,
    ],
  ])('replaces the bytes of an image %s, and no others', (_, text, pinned) => {
    expect(pin(text)).toBe(pinned);
  });

  it('leaves what kustomize would change: nulls, scripts in folded texts, volumes that are texts, equal names, comments', () => {
    const rest = 'metadata: {generateName: a-, creationTimestamp: null}\nspec:\n  volumes: [a, b]\n  emptyDir: {}\n  list: [null]\n  script: >\n    a\n      b\n  # note\n  containers:\n';

    expect(pin(`${rest}  - image: app:1\n---\n${rest}  - image: app:2\n`)).toBe(`${rest}  - image: ${reference}\n---\n${rest}  - image: ${reference}\n`);
  });

  it('takes a name for exactly that name', () => {
    const text = 'containers: [{image: docker.io/library/app}, {image: app2}, {image: a/app}, {image: a.p}, {image: APP/app}]';

    expect(pinImages(text, [...pins, { name: 'a.p', reference: other }]).text).toBe(text.replace('image: a.p', `image: ${other}`));
  });

  it('replaces all at once: what one pin writes no other pin replaces', () => {
    const [a, b] = [`b.io/b@sha256:${'c'.repeat(64)}`, `a.io/a@sha256:${'d'.repeat(64)}`];
    const two = [{ name: 'a.io/a', reference: a }, { name: 'b.io/b', reference: b }];

    expect(pinImages('containers: [{image: a.io/a}, {image: b.io/b}]', two).text).toBe(`containers: [{image: ${a}}, {image: ${b}}]`);
  });

  it('tells the tags of one repository apart: a pin with a tag is of that program alone', () => {
    const names = Array.from({ length: 23 }, (_, index) => `demo:2.0-${index}`);
    const text = names.map((name) => `containers: [{image: ${name}}]\n---\n`).join('');
    const { text: result, others } = pinImages(text, [{ name: 'demo', tag: '2.0-7', reference }]);

    expect(result).toBe(text.replace('demo:2.0-7}', `${reference}}`));
    expect(others.map((found) => found.text)).toEqual(names.filter((name) => name !== 'demo:2.0-7'));
  });

  it('prefers the pin with the tag', () => {
    expect(pinImages('containers: [{image: app:1}, {image: app:2}]', [...pins, { name: 'app', tag: '2', reference: other }]).text).toBe(
      `containers: [{image: ${reference}}, {image: ${other}}]`,
    );
  });

  it('takes an image that is already the reference for pinned, under any name', () => {
    const text = `containers: [{image: ${reference}}]`;

    expect(pinImages(text, pins)).toMatchObject({ text, pinned: [{ from: reference, to: reference }], others: [] });
  });

  it('spells a registry with an IPv6 address in quotes', () => {
    const ipv6 = `[::1]:5000/app@sha256:${'a'.repeat(64)}`;

    expect(pinImages('containers: [{image: app}]', [{ name: 'app', reference: ipv6 }]).text).toBe(`containers: [{image: "${ipv6}"}]`);
  });

  it('pins fields of custom resources that the caller names', () => {
    expect(pin('kind: My\nspec: {image: app}', { imageFields: [{ kind: 'My', path: 'spec.image' }] })).toBe(`kind: My\nspec: {image: ${reference}}`);
  });
});

describe('pinImages, where an anchor shares a text', () => {
  it.each([
    ['a label', 'x: &i app:1\ncontainers: [{image: *i}]', '"x"'],
    ['an environment variable', 'containers:\n- image: &i app:1\n  env: [{value: *i}]', '"containers.0.env.0.value"'],
    ['a key', '&i app:1 : a\ncontainers: [{image: *i}]', '"app:1"'],
    ['a key that is an alias', 'containers: [{image: &i app:1}]\nlabels: {? *i : a}', 'labels'],
    ['a mapping elsewhere', 'x: &c {image: app:1}\ncontainers: [*c]', '"x.image"'],
  ])('refuses to pin what is also %s, and says where', (_, text, where) => {
    expect(() => pin(text)).toThrow(refusal('IMAGE_PIN_FAILED'));
    expect(() => pin(text)).toThrow(where);
  });

  it('pins it once if all its places are images', () => {
    const { text, pinned } = pinImages('containers: &c\n- image: &i app:1\n- image: *i\ninitContainers: *c\n', pins);

    expect(text).toBe(`containers: &c\n- image: &i ${reference}\n- image: *i\ninitContainers: *c\n`);
    expect(pinned.map(({ path }) => path.join('.'))).toEqual(['containers.0.image', 'containers.1.image', 'initContainers.0.image', 'initContainers.1.image']);
  });

  it('does not mind other anchors', () => {
    expect(pin('x: &l {a: b}\ny: *l\ncontainers: [{image: app:1}]')).toBe(`x: &l {a: b}\ny: *l\ncontainers: [{image: ${reference}}]`);
  });
});

describe('pinImages, in texts', () => {
  const text = 'kind: ConfigMap\ndata:\n  a: |\n    image: app:1 # not myapp:1, app or app:1/x\n    second: "app:2"\n  b: "--image=app:1,x"\n  c: http://app:80/\n';
  const alsoIn = [{ kind: 'ConfigMap', path: 'data.*' }];

  it('leaves them, and says which', () => {
    const { text: result, mentions } = pinImages(text, pins);

    expect(result).toBe(text);
    expect(mentions.map((mention) => `${mention.path.join('.')} ${mention.text}`)).toEqual(['data.a app:1', 'data.a app:2', 'data.b app:1']);
  });

  it('replaces them in the fields that the caller names', () => {
    const { text: result, mentions, pinned } = pinImages(text, [{ name: 'app', tag: '1', reference }], { alsoIn });

    expect(result).toBe(text.replace('image: app:1 ', `image: ${reference} `).replace('=app:1,', `=${reference},`));
    expect(mentions).toEqual([]);
    expect(pinned.map(({ from }) => from)).toEqual(['app:1', 'app:1']);
  });

  it('refuses to replace what the spelling does not show', () => {
    const escaped = 'kind: ConfigMap\ndata: {a: "x=\\x61pp:1"}';

    expect(() => pin(escaped, { alsoIn })).toThrow(refusal('IMAGE_PIN_FAILED'));
    expect(() => pin(escaped, { alsoIn })).toThrow('"data.a" the image is spelled over several lines or with escapes');
  });

  it('refuses to make two images of one that an anchor shares: a tag may end in what ends a word elsewhere', () => {
    expect(() => pin('kind: ConfigMap\ncontainers: [{image: &i app:1-}]\ndata: {a: *i}', { alsoIn })).toThrow(refusal('IMAGE_PIN_FAILED'));
    expect(pin('kind: ConfigMap\ncontainers: [{image: &i app:1}]\ndata: {a: *i}', { alsoIn })).toContain(reference);
  });

  it('takes a name alone, and the released reference, for no mention', () => {
    expect(pinImages(`a: app\nb: ${reference}\nc: my/app:1`, [...pins, { name: 'ghcr.io/acme/app', reference }]).mentions).toEqual([]);
  });
});

describe('pinImages refuses', () => {
  it('pins that are none, and pins that contradict each other', () => {
    expect(() => pinImages('', [{ name: 'a b', reference }])).toThrow(refusal('IMAGE_INVALID'));
    expect(() => pinImages('', [{ name: 'a', tag: '', reference }])).toThrow(refusal('IMAGE_INVALID'));
    expect(() => pinImages('', [{ name: 'a', reference: 'ghcr.io/a/b:1' }])).toThrow(refusal('IMAGE_INVALID'));
    expect(() => pinImages('', [...pins, { name: 'app', reference: other }])).toThrow(refusal('IMAGE_PIN_FAILED'));
    expect(pinImages('', [...pins, ...pins]).text).toBe('');
  });

  it('a text that is not YAML', () => {
    expect(() => pin('a: [')).toThrow(refusal('YAML_INVALID'));
  });
});

describe('pinImages, for any objects', () => {
  const json = fc.jsonValue({ depthSize: 'small' });
  const image = fc.oneof(fc.constantFrom('app', 'app:1', 'app:2', reference), anImage.map(formatImageText));
  const container = fc.record({ name: json, image, env: json });
  const object = fc.record({ kind: fc.constantFrom('Pod', 'My'), metadata: json, spec: fc.record({ x: json, containers: fc.array(container), initContainers: fc.array(container) }) });
  const written = fc.tuple(fc.array(object, { maxLength: 3 }), fc.constantFrom<(value: unknown) => string>(
    (value) => stringify(value, { aliasDuplicateObjects: false }),
    (value) => stringify(value, { defaultStringType: 'QUOTE_DOUBLE', aliasDuplicateObjects: false }),
    (value) => stringify(value, { blockQuote: 'folded', lineWidth: 20, aliasDuplicateObjects: false }).replaceAll(/(?<!\r)\n/g, '\r\n'),
    (value) => JSON.stringify(value),
    (value) => JSON.stringify(value, undefined, 2),
  )).map(([objects, write]) => ({ objects, text: objects.map((value) => `---\n${write(value)}\n`).join('') }));

  it('changes only what it says it pinned', () => {
    fc.assert(fc.property(written, ({ text }) => {
      const { text: result, pinned } = pinImages(text, pins);
      const before = parseAllDocuments(text);
      const after = parseAllDocuments(result);
      expect(pinned.every(({ from, to }) => to === reference && (from === reference || /^app(?:[:@]|$)/.test(from)))).toBe(true);
      const undone = JSON.stringify(Array.isArray(after) ? after.map((document) => document.toJS()) : []);
      const expected = JSON.stringify(Array.isArray(before) ? before.map((document) => document.toJS()) : [], (key, value) =>
        key === 'image' && typeof value === 'string' && /^app(?:[:@]|$)/.test(value) ? reference : value);
      expect(undone).toBe(expected);
    }));
  });

  it('gives a text in which the pinned images are found, and which stays as it is when pinned again', () => {
    fc.assert(fc.property(written, ({ text }) => {
      const once = pinImages(text, pins);
      const found = findImages(once.text);
      const counted = found.filter((image_) => image_.text === reference);
      expect(counted).toHaveLength(once.pinned.length);
      expect(found.filter((image_) => image_.image?.name === 'app')).toEqual([]);
      expect(pinImages(once.text, pins).text).toBe(once.text);
    }));
  });

  it('finds each image where its range says', () => {
    fc.assert(fc.property(written, ({ text }) => {
      for (const { range, text: spelled } of findImages(text)) expect(parse(text.slice(...range))).toBe(spelled);
    }));
  });

  it('gives a text or a typed error for any text', () => {
    const pieces = fc.constantFrom(
      'a', ': ', '- ', '\n', '  ', '&a ', '*a', '[', ']', '{', '}', ',', '|', '>-', '"', "'", '#',
      '!!str ', '? ', '---\n', '<<: ', 'image: ', 'containers:\n', 'app', ':1', '\r\n',
    );
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: pieces, maxLength: 60 })), (text) => {
        try {
          expect(typeof pin(text)).toBe('string');
        } catch (error) {
          expect(error).toBeInstanceOf(SchemaError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
