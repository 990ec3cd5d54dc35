import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeContent } from './content.ts';
import { OciError } from './errors.ts';
import { parseAnyManifest, parseIndex, parseManifest, referrerArtifactType, successors } from './manifest.ts';
import { mediaTypes } from './media-types.ts';
import { bytesOf } from './testing/collect.ts';
import { expectCode } from './testing/expect-code.ts';

const descriptor = (name: string) => describeContent('application/json', bytesOf(name));

const manifest = {
  schemaVersion: 2,
  mediaType: mediaTypes.imageManifest,
  artifactType: 'application/vnd.example',
  config: descriptor('config'),
  layers: [descriptor('one'), descriptor('two')],
  subject: descriptor('subject'),
  annotations: { a: 'b' },
};
const index = { schemaVersion: 2, mediaType: mediaTypes.imageIndex, manifests: [descriptor('m')] };

describe('parseManifest', () => {
  it('reads an image manifest', () => {
    expect(parseManifest(bytesOf(manifest), mediaTypes.imageManifest)).toEqual(manifest);
  });

  it.each([
    ['no media type', { mediaType: undefined }],
    ['another media type than its descriptor', { mediaType: mediaTypes.dockerManifest }],
    ['the media type of an index', { mediaType: mediaTypes.imageIndex }],
    ['schema version 1', { schemaVersion: 1 }],
    ['schema version "2"', { schemaVersion: '2' }],
    ['no config', { config: undefined }],
    ['layers that are no list', { layers: {} }],
    ['a layer with a negative size', { layers: [{ ...descriptor('x'), size: -1 }] }],
    ['a subject that is null', { subject: null }],
    ['annotations that are no strings', { annotations: { a: 1 } }],
    ['manifests beside its layers (CVE-2021-41190)', { manifests: [] }],
  ])('refuses %s', async (_, change) => {
    const bytes = bytesOf({ ...manifest, ...change });
    await expectCode('MANIFEST_INVALID', () => parseManifest(bytes, mediaTypes.imageManifest));
  });

  it('refuses more layers than its limit', async () => {
    const layers = Array.from({ length: 10_001 }, () => descriptor('x'));
    await expectCode('LIMIT_EXCEEDED', () => parseManifest(bytesOf({ ...manifest, layers })));
  });

  it('refuses more than 4 MiB before it parses', async () => {
    await expectCode('LIMIT_EXCEEDED', () => parseManifest(new Uint8Array(4 * 1024 * 1024 + 1)));
  });
});

describe('parseIndex', () => {
  it('reads an index', () => {
    expect(parseIndex(bytesOf(index), mediaTypes.imageIndex)).toEqual(index);
  });

  it.each([{ layers: [] }, { config: descriptor('config') }, { manifests: undefined }, { mediaType: undefined }])(
    'refuses an index with %j',
    async (change) => {
      await expectCode('MANIFEST_INVALID', () => parseIndex(bytesOf({ ...index, ...change })));
    },
  );
});

it('lists config, layers, manifests and subject as successors', () => {
  const parsed = parseManifest(bytesOf(manifest));
  expect(successors(parsed)).toEqual([manifest.config, ...manifest.layers, manifest.subject]);
  expect(successors(parseIndex(bytesOf(index)))).toEqual(index.manifests);
});

it('names the config type as artifact type where a manifest has no own one', () => {
  const { artifactType: _, ...plain } = manifest;
  expect(referrerArtifactType(parseManifest(bytesOf(manifest)))).toBe('application/vnd.example');
  expect(referrerArtifactType(parseManifest(bytesOf(plain)))).toBe('application/json');
  expect(referrerArtifactType(parseIndex(bytesOf(index)))).toBeUndefined();
});

describe('any bytes', () => {
  const types = fc.constantFrom(...Object.values(mediaTypes));

  it('are a manifest or a typed error', () => {
    const damaged = fc.tuple(fc.constantFrom(manifest, index), fc.nat(), fc.nat(255)).map(([value, at, byte]) => {
      const bytes = bytesOf(value);
      bytes[at % bytes.length] = byte;
      return bytes;
    });
    const shaped = fc.dictionary(fc.constantFrom(...Object.keys(manifest), 'manifests'), fc.jsonValue()).map(bytesOf);
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), damaged, shaped), types, (bytes, mediaType) => {
        try {
          const parsed = parseAnyManifest(bytes, mediaType);
          expect(parsed.mediaType).toBe(mediaType);
          expect(parseAnyManifest(bytesOf(parsed), mediaType)).toEqual(parsed);
        } catch (error) {
          expect(error).toBeInstanceOf(OciError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
