import { type Digest, isDigest, sha256 } from '../digest.ts';
import { SchemaError } from '../errors.ts';
import type { JsonValue } from '../json/canonical-json.ts';
import { parseCanonicalJson } from '../json/parse-json.ts';
import { type CapsuleLimits, defaultLimits } from '../limits.ts';
import { mediaTypes } from '../media-types.ts';
import { parseReleaseConfig } from '../record/parse-release.ts';
import type { ReleaseRecord } from '../record/release-record.ts';
import { encodeManifest } from './encode-manifest.ts';
import { parseTimestamp } from './timestamp.ts';

/** What a manifest says before its record has been judged. */
export interface ManifestOutline {
  /** The config's bytes, inlined in its descriptor and checked against it. */
  readonly config: Uint8Array;
  readonly configDigest: Digest;
  readonly layer: { readonly digest: Digest; readonly size: number };
  /** In seconds since 1970. */
  readonly createdAt: number;
}

/**
 * Reads the outline of a capsule's manifest: media types, the inlined config, the one layer, its limits.
 * @throws {SchemaError} `MANIFEST_INVALID`, `LIMIT_EXCEEDED`, `JSON_INVALID`, `TIME_INVALID`.
 */
export function readManifest(bytes: Uint8Array, limits: CapsuleLimits = defaultLimits): ManifestOutline {
  const what = 'the capsule manifest';
  const manifest = asObject(parseCanonicalJson(bytes, { what, maxBytes: limits.maxManifestBytes }), what);
  expectValue(manifest, 'schemaVersion', 2);
  expectValue(manifest, 'mediaType', mediaTypes.manifest);
  expectValue(manifest, 'artifactType', mediaTypes.artifact);
  const { config, digest: configDigest } = readConfig(asObject(manifest['config'], 'its config'), limits);
  const annotations = asObject(manifest['annotations'], 'its annotations');
  return {
    config,
    configDigest,
    layer: readLayer(manifest['layers'], limits),
    createdAt: readCreated(annotations['org.opencontainers.image.created']),
  };
}

/**
 * Checks that a manifest is, byte for byte, the one that its record and layer have.
 * @throws {SchemaError} `MANIFEST_NOT_CANONICAL`.
 */
export function checkManifest(bytes: Uint8Array, outline: ManifestOutline, record: ReleaseRecord): void {
  const wanted = encodeManifest({ record, layer: outline.layer, createdAt: outline.createdAt });
  if (Buffer.from(wanted).equals(bytes)) return;
  throw new SchemaError('MANIFEST_NOT_CANONICAL', 'the manifest is not the one that its record asks for', {
    hint: 'A key or annotation was added, or differs from the record; only the packer writes capsule manifests.',
  });
}

/**
 * Reads a capsule's manifest and the record in it.
 * @throws {SchemaError} those of {@link readManifest}, {@link parseReleaseConfig} and {@link checkManifest}.
 */
export function parseManifest(
  bytes: Uint8Array,
  limits: CapsuleLimits = defaultLimits,
): ManifestOutline & { readonly record: ReleaseRecord } {
  const outline = readManifest(bytes, limits);
  const record = parseReleaseConfig(outline.config, limits.maxRecordBytes);
  checkManifest(bytes, outline, record);
  return { ...outline, record };
}

type JsonObject = { readonly [key: string]: JsonValue };

function readConfig(config: JsonObject, limits: CapsuleLimits): { config: Uint8Array; digest: Digest } {
  expectValue(config, 'mediaType', mediaTypes.config);
  const { data, digest, size } = config;
  if (typeof data !== 'string') throw invalid('its config is not inlined in the descriptor');
  const bytes = Buffer.from(data, 'base64');
  if (bytes.byteLength > limits.maxRecordBytes) {
    throw new SchemaError('LIMIT_EXCEEDED', `the record is larger than ${limits.maxRecordBytes} bytes`);
  }
  if (typeof digest !== 'string' || !isDigest(digest) || sha256(bytes) !== digest || size !== bytes.byteLength) {
    throw invalid('the inlined config is not the one that its digest and size name');
  }
  return { config: bytes, digest };
}

function readLayer(layers: JsonValue | undefined, limits: CapsuleLimits): { digest: Digest; size: number } {
  if (!Array.isArray(layers) || layers.length !== 1) throw invalid('it does not have exactly one layer');
  const layer = asObject(layers[0], 'its layer');
  expectValue(layer, 'mediaType', mediaTypes.layer);
  const { digest, size } = layer;
  if (typeof digest !== 'string' || !isDigest(digest)) throw invalid("its layer's digest is not one of SHA-256");
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) throw invalid("its layer's size is no size");
  if (size > limits.maxLayerBytes) {
    throw new SchemaError('LIMIT_EXCEEDED', `the layer has ${size} bytes, more than ${limits.maxLayerBytes}`);
  }
  return { digest, size };
}

function readCreated(created: JsonValue | undefined): number {
  if (typeof created === 'string') return parseTimestamp(created);
  throw invalid('its annotations do not say when the release was created');
}

function expectValue(object: JsonObject, key: string, wanted: JsonValue): void {
  const got = object[key];
  if (got !== wanted) throw invalid(`${key} is ${shown(got)}, wanted ${shown(wanted)}`);
}

const maxShownCharacters = 200; // a manifest may hold 4 MiB of text where a media type belongs

function shown(value: JsonValue | undefined): string {
  return value === undefined ? 'missing' : JSON.stringify(value).slice(0, maxShownCharacters);
}

function asObject(value: JsonValue | undefined, what: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw invalid(`${what} is no JSON object`);
}

function invalid(why: string): SchemaError {
  return new SchemaError('MANIFEST_INVALID', `this is no capsule manifest: ${why}`, {
    hint: 'The reference may name an image, an index or an attestation instead of a capsule.',
  });
}
