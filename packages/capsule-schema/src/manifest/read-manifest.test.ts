import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../digest.ts';
import { SchemaError, type SchemaErrorCode } from '../errors.ts';
import { canonicalJson, type JsonValue } from '../json/canonical-json.ts';
import { defaultLimits } from '../limits.ts';
import { manifests } from '../testing/arbitraries.ts';
import { exampleRecord } from '../testing/records.ts';
import { refusal } from '../testing/refusal.ts';
import { type CapsuleManifest, encodeConfig, encodeManifest } from './encode-manifest.ts';
import { parseCapsuleManifest } from './read-manifest.ts';

const example: CapsuleManifest = {
  record: exampleRecord(),
  layer: { digest: sha256(Buffer.from('layer')), size: 12_345 },
  createdAt: 1_795_167_211,
};

type Json = Record<string, JsonValue>;

function object(value: JsonValue | undefined): Json {
  if (typeof value !== 'object' || value === null) throw new Error('not an object');
  return Object.fromEntries(Object.entries(value));
}

function decoded(): Json {
  return object(JSON.parse(Buffer.from(encodeManifest(example)).toString()) as JsonValue);
}

const manifest = decoded();
const index = { ...manifest, mediaType: 'application/vnd.oci.image.index.v1+json', manifests: [] };
const config = object(manifest['config']);
const data = Buffer.from(encodeConfig(example.record)).toString('base64');
const annotations = object(manifest['annotations']);
const dockerManifest = 'application/vnd.docker.distribution.manifest.v2+json';
const imageConfig = 'application/vnd.oci.image.config.v1+json';
const plainLayer = 'application/vnd.oci.image.layer.v1.tar';
const urls = ['https://evil.example'];
const layer = { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', ...example.layer };

function configOf(bytes: Uint8Array): Json {
  return { ...config, data: Buffer.from(bytes).toString('base64'), digest: sha256(bytes), size: bytes.byteLength };
}

function withConfig(changes: Json): Json {
  return { ...manifest, config: { ...config, ...changes } };
}

function withLayer(changes: Json): Json {
  return { ...manifest, layers: [{ ...layer, ...changes }] };
}

function withAnnotations(changes: Json): Json {
  return { ...manifest, annotations: { ...annotations, ...changes } };
}

function without(value: Json, key: string): Json {
  return Object.fromEntries(Object.entries(value).filter(([other]) => other !== key));
}

describe('parseCapsuleManifest', () => {
  it('reads what encodeManifest writes', () => {
    fc.assert(
      fc.property(manifests, (wanted) => {
        const { config: bytes, configDigest, ...read } = parseCapsuleManifest(encodeManifest(wanted));
        expect(read).toMatchObject({ record: wanted.record, layer: wanted.layer, createdAt: wanted.createdAt });
        expect(read.record).toEqual(wanted.record);
        expect(Buffer.compare(bytes, encodeConfig(wanted.record))).toBe(0);
        expect(configDigest).toBe(sha256(bytes));
      }),
      { numRuns: 60 },
    );
  });

  const forged: readonly (readonly [what: string, code: SchemaErrorCode, manifest: JsonValue])[] = [
    ['no object', 'MANIFEST_INVALID', []],
    ['an index', 'MANIFEST_IS_INDEX', index],
    ['a Docker manifest', 'MANIFEST_MEDIA_TYPE', { ...manifest, mediaType: dockerManifest }],
    ['no media type', 'MANIFEST_MEDIA_TYPE', without(manifest, 'mediaType')],
    ['a media type of the wrong type', 'MANIFEST_MEDIA_TYPE', { ...manifest, mediaType: { toString: 1 } }],
    ['another schema version', 'MANIFEST_INVALID', { ...manifest, schemaVersion: 1 }],
    ['a schema version as text', 'MANIFEST_INVALID', { ...manifest, schemaVersion: '2' }],
    ['another artifact type', 'MANIFEST_ARTIFACT_TYPE', { ...manifest, artifactType: 'application/vnd.example.v1' }],
    ['no artifact type', 'MANIFEST_ARTIFACT_TYPE', without(manifest, 'artifactType')],
    ['a subject', 'MANIFEST_HAS_SUBJECT', { ...manifest, subject: layer }],
    ['a null subject', 'MANIFEST_HAS_SUBJECT', { ...manifest, subject: null }],
    ['another key', 'MANIFEST_NOT_CANONICAL', { ...manifest, urls: [] }],
    ['no config', 'MANIFEST_INVALID', without(manifest, 'config')],
    ["an image's config", 'MANIFEST_MEDIA_TYPE', withConfig({ mediaType: imageConfig })],
    ['a config that is not inlined', 'MANIFEST_CONFIG', { ...manifest, config: without(config, 'data') }],
    ['a config of another digest', 'MANIFEST_CONFIG', withConfig({ digest: sha256(Buffer.from('x')) })],
    ['a config of another size', 'MANIFEST_CONFIG', withConfig({ size: 3 })],
    ['a config with annotations', 'MANIFEST_NOT_CANONICAL', withConfig({ annotations: {} })],
    ['a config with a URL', 'MANIFEST_NOT_CANONICAL', withConfig({ urls })],
    ['a config in base64 without its end', 'MANIFEST_NOT_CANONICAL', withConfig({ data: `${data}=` })],
    ['a config in base64 with a line end', 'MANIFEST_NOT_CANONICAL', withConfig({ data: `${data}\n` })],
    ['a config that is not canonical', 'JSON_INVALID', { ...manifest, config: configOf(Buffer.from('{ }')) }],
    ['a config that is no record', 'RECORD_INVALID', { ...manifest, config: configOf(Buffer.from('{}')) }],
    ['a config that is too large', 'RECORD_TOO_LARGE', { ...manifest, config: configOf(Buffer.alloc(65_537)) }],
    ['no layers', 'MANIFEST_LAYERS', { ...manifest, layers: [] }],
    ['layers that are no list', 'MANIFEST_LAYERS', { ...manifest, layers: { 0: layer, length: 1 } }],
    ['a second layer', 'MANIFEST_LAYERS', { ...manifest, layers: [layer, layer] }],
    ['a plain layer', 'MANIFEST_MEDIA_TYPE', withLayer({ mediaType: plainLayer })],
    ['a layer with a URL', 'MANIFEST_NOT_CANONICAL', withLayer({ urls })],
    ['a layer that is inlined', 'MANIFEST_NOT_CANONICAL', withLayer({ data: 'eA==' })],
    ['a layer by SHA-512', 'MANIFEST_LAYERS', withLayer({ digest: `sha512:${'0'.repeat(128)}` })],
    ['a layer of a negative size', 'MANIFEST_LAYERS', withLayer({ size: -1 })],
    ['a layer of half a byte', 'MANIFEST_LAYERS', withLayer({ size: 0.5 })],
    ['a layer of an unsafe size', 'MANIFEST_LAYERS', withLayer({ size: 2 ** 53 })],
    ['a layer that is too large', 'LAYER_TOO_LARGE', withLayer({ size: 100 * 1024 * 1024 + 1 })],
    ['no annotations', 'MANIFEST_INVALID', without(manifest, 'annotations')],
    ['another annotation', 'MANIFEST_ANNOTATIONS', withAnnotations({ 'io.example': 'x' })],
    ...Object.keys(annotations).map(
      (key) => [`no ${key}`, 'MANIFEST_ANNOTATIONS', { ...manifest, annotations: without(annotations, key) }] as const,
    ),
    ...Object.keys(annotations).map(
      (key) => [`another ${key}`, 'MANIFEST_ANNOTATIONS', withAnnotations({ [key]: 'x' })] as const,
    ),
    ...[{ toString: 1, valueOf: 1 }, { toString: null }, ['2026-11-20T09:33:31Z'], 0, null].map(
      (created) =>
        [
          `the time ${JSON.stringify(created)}`,
          'MANIFEST_ANNOTATIONS',
          withAnnotations({ 'org.opencontainers.image.created': created }),
        ] as const,
    ),
  ];

  it.each(forged)('refuses %s with %s', (_what, code, value) => {
    expect(() => parseCapsuleManifest(canonicalJson(value))).toThrow(refusal(code));
  });

  it('refuses more bytes than its limit', () => {
    const bytes = encodeManifest(example);
    const limits = { ...defaultLimits, maxManifestBytes: bytes.byteLength - 1 };
    expect(() => parseCapsuleManifest(bytes, limits)).toThrow(refusal('MANIFEST_TOO_LARGE'));
  });

  it('refuses bytes that are not canonical, and nesting that would exhaust the stack', () => {
    const pretty = Buffer.from(JSON.stringify(manifest, undefined, 2));
    expect(() => parseCapsuleManifest(pretty)).toThrow(refusal('MANIFEST_INVALID'));
    expect(() => parseCapsuleManifest(Buffer.from('['.repeat(1_000_000)))).toThrow(refusal('MANIFEST_INVALID'));
    const deep = Buffer.from('['.repeat(1_000_000) + ']'.repeat(1_000_000));
    expect(() => parseCapsuleManifest(deep)).toThrow(refusal('MANIFEST_INVALID'));
  });

  it('does not repeat megabytes of a hostile manifest in its message', () => {
    const value = canonicalJson({ ...manifest, artifactType: 'x'.repeat(1_000_000) });
    expect(() => parseCapsuleManifest(value)).toThrow(/^.{1,500}$/);
  });

  it('refuses each changed byte, but one of those that say which layer and when', () => {
    const bytes = Buffer.from(encodeManifest(example));
    for (let offset = 0; offset < bytes.byteLength; offset += 1) {
      const original = bytes.readUInt8(offset);
      for (const flip of [0x01, 0x02, 0x20, 0x80]) {
        bytes.writeUInt8(original ^ flip, offset);
        expectRefusedOrOther(bytes, `byte ${offset} flipped by ${flip}`);
      }
      bytes.writeUInt8(original, offset);
    }
  });

  it('gives a typed error for any bytes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.json().map((text) => Buffer.from(text))), (bytes) => {
        expect(() => parseCapsuleManifest(bytes)).toThrow(SchemaError);
      }),
    );
  });
});

function expectRefusedOrOther(bytes: Uint8Array, message: string): void {
  try {
    const { record, layer: layerRead, createdAt } = parseCapsuleManifest(bytes);
    const read = { record, layer: layerRead, createdAt };
    expect(read, message).not.toEqual(example);
    expect(record, message).toEqual(example.record);
    expect(Buffer.compare(encodeManifest(read), bytes), message).toBe(0);
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
  }
}
