import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VerifyError } from '../errors.ts';
import { parseFreight, parseFreightText } from './parse-freight.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const image = { repoURL: 'ghcr.io/example/app', tag: 'git-1', digest };
const text = (value: string) => parseFreightText(Buffer.from(value));
const refusal = (act: () => unknown): VerifyError => {
  try {
    act();
  } catch (error) {
    if (error instanceof VerifyError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

const kargoObject = {
  apiVersion: 'kargo.akuity.io/v1alpha1',
  kind: 'Freight',
  metadata: {
    name: 'f'.repeat(40),
    namespace: 'demo',
    labels: { 'kargo.akuity.io/alias': 'wonky-wombat' },
    creationTimestamp: '2026-08-21T17:51:41Z',
  },
  alias: 'wonky-wombat',
  origin: { kind: 'Warehouse', name: 'app' },
  images: [{ ...image, annotations: { 'org.opencontainers.image.created': '2026-08-21T17:51:41Z' } }],
  commits: [{ repoURL: 'https://github.com/example/app', id: '1'.repeat(40), branch: 'main', author: 'A' }],
  charts: [{ repoURL: 'https://charts.example.com', name: 'web', version: '1.2.3' }],
  artifacts: [{ artifactType: 'x/y', subscriptionName: 's', version: '1', metadata: { any: ['thing'] } }],
  status: { currentlyIn: { test: { since: '2026-08-21T17:51:41Z' } } },
};

describe('parseFreight', () => {
  it('reads Kargo\'s own object, and leaves out what nothing here needs', () => {
    expect(parseFreight(kargoObject)).toEqual({
      name: 'f'.repeat(40),
      origin: { kind: 'Warehouse', name: 'app' },
      images: [image],
      commits: [{ repoURL: 'https://github.com/example/app', id: '1'.repeat(40) }],
      charts: [{ repoURL: 'https://charts.example.com', name: 'web', version: '1.2.3' }],
      artifacts: [{ artifactType: 'x/y', subscriptionName: 's', version: '1' }],
    });
  });

  it('reads keys that Kargo may add later as if they were not there', () => {
    expect(parseFreight({ images: [{ ...image, platform: 'linux/amd64' }], renamed: 1 }).images).toEqual([image]);
  });

  it('takes an empty text for an absent one, as Kargo does', () => {
    expect(parseFreight({ metadata: { name: '' }, images: [{ repoURL: 'app', tag: '', digest: '' }] })).toEqual({
      images: [{ repoURL: 'app' }],
      commits: [],
      charts: [],
      artifacts: [],
    });
  });

  it.each([
    ['a list', [], 'the document is a list of 0, wanted a value of type object'],
    ['nothing', null, 'the document is null, wanted a value of type object'],
    ['another object of Kargo', { kind: 'Promotion' }, 'kind is "Promotion", wanted "Freight"'],
    ['a list of Freight', { kind: 'List', items: [kargoObject] }, 'kind is "List", wanted "Freight"'],
    ['an object of another API', { apiVersion: 'v1' }, 'apiVersion is "v1"'],
    ['images that are no list', { images: image }, 'images is a mapping, wanted a value of type array'],
    ['images that are null', { images: null }, 'images is null, wanted a value of type array'],
    ['an image without repository', { images: [{ tag: 'x' }] }, 'images[0] lacks "repoURL"'],
    ['a tag that is a number', { images: [{ ...image, tag: 7 }] }, 'images[0].tag is 7'],
    ['a digest in upper case', { images: [{ ...image, digest: `sha256:${'A'.repeat(64)}` }] }, 'images[0].digest is'],
    ['a digest that is too short', { images: [{ ...image, digest: 'sha256:abc' }] }, 'images[0].digest is'],
    ['a look-alike letter', { images: [{ ...image, repoURL: 'ghcr.io/ex\u0430mple/app' }] }, 'images[0].repoURL'],
    ['a repository with a scheme and a user', { images: [{ ...image, repoURL: 'https://u:p@h/app' }] }, 'repoURL'],
    ['a repository that hides a line', { images: [{ ...image, repoURL: 'a/b\n' }] }, 'repoURL'],
  ])('refuses %s', (_what, value, message) => {
    const error = refusal(() => parseFreight(value));

    expect(error.code).toBe('FREIGHT_INVALID');
    expect(error.message).toContain(message);
    expect(error.hint).toContain('kubectl get freight');
  });

  it('gives a value or a refusal for any value, and never changes a prototype', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), (value) => {
        try {
          expect(Array.isArray(parseFreight(value).images)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(VerifyError);
        }
      }),
    );
  });

  it('reads back what it has read', () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
    const images = fc.array(fc.record({ repoURL: word, tag: word }, { requiredKeys: ['repoURL'] }));
    const commits = fc.array(fc.record({ repoURL: word, id: word, tag: word }, { requiredKeys: [] }));
    fc.assert(
      fc.property(fc.record({ images, commits }), (value) => {
        const freight = parseFreight(value);
        expect(parseFreight(freight)).toEqual(freight);
        expect(text(JSON.stringify(value))).toEqual(freight);
      }),
    );
  });
});

describe('parseFreightText', () => {
  it('reads the smallest form in YAML', () => {
    const yaml = [
      'origin: { kind: Warehouse, name: app }',
      'images:',
      `  - { repoURL: ghcr.io/example/app, tag: git-1, digest: "${digest}" }`,
    ];

    expect(text(yaml.join('\n'))).toEqual({
      origin: { kind: 'Warehouse', name: 'app' },
      images: [image],
      commits: [],
      charts: [],
      artifacts: [],
    });
  });

  it('reads JSON as kubectl prints it', () => {
    expect(text(JSON.stringify(kargoObject, null, 4))).toEqual(parseFreight(kargoObject));
  });

  it.each([
    ['a duplicate key', '{"images": [], "images": []}'],
    ['a duplicate key that is spelt otherwise', ' \n{"images": [], "im\\u0061ges": []}'],
    ['a duplicate key far below', '{"images": [], "status": {"a": [{"b": 1, "b": 1}]}}'],
    ['a duplicate key in YAML', 'images: []\nimages: []\n'],
    ['YAML in braces', '{images: []}'],
    ['JSON with something after it', '{"images": []} {}'],
    ['an anchor', 'images: &a []\ncharts: *a\n'],
    ['two documents', 'images: []\n---\nimages: []\n'],
    ['nothing', ''],
    ['bytes that are no UTF-8', '\u00ff'],
    ['a key that would be a prototype', '{"__proto__": {"images": []}, "images": 7}'],
  ])('refuses %s', (_what, value) => {
    expect(refusal(() => parseFreightText(Buffer.from(value, 'latin1'))).code).toBe('FREIGHT_INVALID');
  });

  it('does not take a prototype for the Freight\'s own keys', () => {
    const freight = text('{"__proto__": {"images": [{"repoURL": "evil"}]}}');

    expect(freight.images).toEqual([]);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('refuses more than 1 MiB unread', () => {
    const error = refusal(() => parseFreightText(Buffer.alloc(1024 * 1024 + 1, 0x20)));

    expect(error.message).toContain('larger than 1048576 bytes');
  });

  it('reads JSON of nearly 1 MiB, and refuses as much YAML unread', () => {
    const status = 'x'.repeat(1000 * 1024);
    const json = JSON.stringify({ images: [image], status });

    expect(text(json).images).toEqual([image]);
    expect(refusal(() => text(`images: []\nstatus: ${status}\n`)).message).toContain('larger than 65536 bytes');
    expect(refusal(() => text(`${json}${' '.repeat(64 * 1024)}`)).message).toContain('larger than 1048576 bytes');
  });

  it.each([
    ['brackets', `{"a": ${'['.repeat(1_000_000)}`],
    ['nested lists', `{"a": ${'['.repeat(500_000)}${']'.repeat(500_000)}}`],
    ['nested objects', `${'{"a":'.repeat(170_000)}1${'}'.repeat(170_000)}`],
    ['members', `{${Array.from({ length: 90_000 }, (_, n) => `"k${n}":1`).join()}}`],
    ['images', `{"images":[${'{},'.repeat(340_000)}{}]}`],
    ['flow collections in YAML', `a: ${'[{'.repeat(32_000)}`],
    ['keys in YAML', Array.from({ length: 8_000 }, (_, n) => `k${n}: 1\n`).join('')],
    ['entries in YAML', '- \n'.repeat(21_000)],
  ])('ends soon for a large Freight of %s', (_what, hostile) => {
    const started = process.cpuUsage();
    try {
      text(hostile);
    } catch (error) {
      expect(error).toBeInstanceOf(VerifyError);
    }
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1e6).toBeLessThan(3); // seconds; measured 0.01 to 0.5, with room for a busy machine
  });

  it('refuses more images than any Warehouse subscribes to', () => {
    const images = Array.from({ length: 1025 }, () => ({ repoURL: 'example/app' }));

    expect(refusal(() => parseFreight({ images })).message).toContain('images is a list of 1025');
  });

  it('gives a value or a refusal for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          parseFreightText(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(VerifyError);
        }
      }),
    );
  });
});
