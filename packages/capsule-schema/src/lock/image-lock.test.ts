import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SchemaError } from '../errors.ts';
import { imageLocks } from '../testing/arbitraries.ts';
import { refusal } from '../testing/refusal.ts';
import { formatImageLock } from './format-image-lock.ts';
import type { ImageLock } from './image-lock.ts';
import { maxLockBytes, parseImageLock } from './parse-image-lock.ts';

const digest = `sha256:${'2'.repeat(64)}` as const;
const lock: ImageLock = {
  image: { repository: 'ghcr.io/example/app', names: [{ name: 'app' }], values: { repository: 'image.repository', tag: 'image.tag' } },
  images: [{ repository: 'docker.io/library/redis', tag: '7.4', digest, names: [{ name: 'redis', tag: '7.4' }] }],
  rendered: { by: { helm: '4.3.1' }, kubeVersion: '1.34.0', values: ['k8s/production.yaml'], probe: true },
};

const text = `apiVersion: "release-capsule/v1"
kind: "ImageLock"
image:
  repository: "ghcr.io/example/app"
  names:
    - name: "app"
  values:
    repository: "image.repository"
    tag: "image.tag"
images:
  - repository: "docker.io/library/redis"
    tag: "7.4"
    digest: "${digest}"
    names:
      - name: "redis"
        tag: "7.4"
rendered:
  by:
    helm: "4.3.1"
  kubeVersion: "1.34.0"
  values:
    - "k8s/production.yaml"
  probe: true
`;

const parse = (written: string): ImageLock => parseImageLock(Buffer.from(written));

describe('formatImageLock', () => {
  it('writes this text', () => {
    expect(Buffer.from(formatImageLock(lock)).toString()).toBe(text);
  });

  it('writes what parseImageLock reads, whatever it is', () => {
    fc.assert(
      fc.property(imageLocks, (any) => {
        expect(parseImageLock(formatImageLock(any))).toEqual(any);
      }),
    );
  });
});

describe('parseImageLock', () => {
  it('reads the smallest one, and one that a person has written', () => {
    expect(parse('apiVersion: release-capsule/v1\nkind: ImageLock\nimages: []\n')).toEqual({ images: [] });
    expect(parse(text.replaceAll('"', '').replaceAll('7.4', "'7.4'"))).toEqual(lock);
  });

  it.each([
    ['nothing', ''],
    ['another kind', text.replace('ImageLock', 'Capsule')],
    ['an unknown key', `${text}more: true\n`],
    ['an image without a digest', text.replace(`    digest: "${digest}"\n`, '')],
    ['a repository with a tag', text.replace('library/redis', 'library/redis:7.4')],
    ['a name that is a regular expression', text.replace('name: "app"', 'name: "app|web"')],
    ['a number for a tag', text.replace('tag: "7.4"', 'tag: 7.4')],
    ['an anchor', text.replace('image:', 'image: &a')],
    ['values of two kinds', text.replace('tag: "image.tag"', 'image: "image"')],
    ['more bytes than its bound', `${text}#${' '.repeat(maxLockBytes)}`],
  ])('refuses %s', (_what, written) => {
    expect(() => parse(written)).toThrow(refusal('LOCK_INVALID'));
  });

  it('says which key was meant', () => {
    expect(() => parse(text.replace('kubeVersion', 'kubeversion'))).toThrow(/did you mean "kubeVersion"/);
  });

  it('gives a lock or a typed error for any bytes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.uint8Array()), (input) => {
        expect(() => parseImageLock(typeof input === 'string' ? Buffer.from(input) : input)).toThrow(SchemaError);
      }),
    );
  });
});
