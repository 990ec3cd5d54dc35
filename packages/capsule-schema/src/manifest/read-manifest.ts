import { type Digest, isDigest, sha256 } from '../digest.ts';
import { SchemaError, type SchemaErrorCode } from '../errors.ts';
import { canonicalJson, type JsonValue } from '../json/canonical-json.ts';
import { parseCanonicalJson } from '../json/parse-json.ts';
import { type CapsuleLimits, defaultLimits } from '../limits.ts';
import { capsuleMediaTypes } from '../media-types.ts';
import { quote } from '../quote.ts';
import { parseReleaseConfig } from '../record/parse-release.ts';
import type { ReleaseRecord } from '../record/release-record.ts';
import { encodeManifest, manifestAnnotations } from './encode-manifest.ts';
import { parseTimestamp } from './timestamp.ts';

type JsonObject = { readonly [key: string]: JsonValue };

const indexMediaType = 'application/vnd.oci.image.index.v1+json';

/** What a manifest says before its record has been judged. */
export interface ManifestOutline {
  /** The config's bytes, inlined in its descriptor and checked against it. */
  readonly config: Uint8Array;
  readonly configDigest: Digest;
  readonly layer: { readonly digest: Digest; readonly size: number };
  /** In seconds since 1970. */
  readonly createdAt: number;
  readonly annotations: JsonObject;
}

/**
 * Reads the outline of a capsule's manifest: media types, the inlined config, the one layer, its limits.
 * @throws {SchemaError} `MANIFEST_INVALID` and the other codes of a manifest, `LAYER_TOO_LARGE`, `RECORD_TOO_LARGE`.
 */
export function readManifest(bytes: Uint8Array, limits: CapsuleLimits = defaultLimits): ManifestOutline {
  const manifest = asObject(parseJson(bytes, limits), 'the manifest');
  if (manifest['mediaType'] === indexMediaType) throw defect('MANIFEST_IS_INDEX', 'it is an index');
  expectValue('MANIFEST_MEDIA_TYPE', manifest, 'mediaType', capsuleMediaTypes.manifest);
  expectValue('MANIFEST_INVALID', manifest, 'schemaVersion', 2);
  expectValue('MANIFEST_ARTIFACT_TYPE', manifest, 'artifactType', capsuleMediaTypes.artifact);
  if ('subject' in manifest) throw defect('MANIFEST_HAS_SUBJECT', 'it refers to a subject');
  const { config, digest: configDigest } = readConfig(asObject(manifest['config'], 'its config'), limits);
  const annotations = asObject(manifest['annotations'], 'its annotations');
  return {
    config,
    configDigest,
    layer: readLayer(manifest['layers'], limits),
    createdAt: readCreated(annotations),
    annotations,
  };
}

/**
 * Checks that a manifest is, byte for byte, the one that its record and layer have.
 * @throws {SchemaError} `MANIFEST_ANNOTATIONS`, `MANIFEST_NOT_CANONICAL`.
 */
export function checkManifest(bytes: Uint8Array, outline: ManifestOutline, record: ReleaseRecord): void {
  const { layer, createdAt, annotations } = outline;
  const wanted = encodeManifest({ record, layer, createdAt });
  if (Buffer.from(wanted).equals(bytes)) return;
  if (!Buffer.from(canonicalJson(annotations)).equals(canonicalJson(manifestAnnotations(record, createdAt)))) {
    throw defect('MANIFEST_ANNOTATIONS', 'its annotations are not those of its record');
  }
  throw new SchemaError('MANIFEST_NOT_CANONICAL', 'the manifest is not the one that its record asks for', {
    hint: 'A key or annotation was added, or differs from the record; only the packer writes capsule manifests.',
  });
}

/**
 * Reads a capsule's manifest and the record in it.
 * @throws {SchemaError} those of {@link readManifest}, {@link parseReleaseConfig} and {@link checkManifest}.
 */
export function parseCapsuleManifest(
  bytes: Uint8Array,
  limits: CapsuleLimits = defaultLimits,
): ManifestOutline & { readonly record: ReleaseRecord } {
  const outline = readManifest(bytes, limits);
  const record = parseReleaseConfig(outline.config, limits.maxRecordBytes);
  checkManifest(bytes, outline, record);
  return { ...outline, record };
}

function parseJson(bytes: Uint8Array, limits: CapsuleLimits): JsonValue {
  if (bytes.byteLength > limits.maxManifestBytes) {
    throw defect('MANIFEST_TOO_LARGE', `it has ${bytes.byteLength} bytes, more than ${limits.maxManifestBytes}`);
  }
  try {
    return parseCanonicalJson(bytes, { what: 'the manifest', maxBytes: limits.maxManifestBytes });
  } catch (cause) {
    throw defect('MANIFEST_INVALID', cause instanceof Error ? cause.message : 'it is not JSON', cause);
  }
}

function readConfig(config: JsonObject, limits: CapsuleLimits): { config: Uint8Array; digest: Digest } {
  expectValue('MANIFEST_MEDIA_TYPE', config, 'mediaType', capsuleMediaTypes.config);
  const { data, digest, size } = config;
  if (typeof data !== 'string') throw defect('MANIFEST_CONFIG', 'its config is not inlined in the descriptor');
  const bytes = Buffer.from(data, 'base64');
  if (bytes.byteLength > limits.maxRecordBytes) {
    throw defect('RECORD_TOO_LARGE', `its record is larger than ${limits.maxRecordBytes} bytes`);
  }
  if (typeof digest !== 'string' || !isDigest(digest) || sha256(bytes) !== digest || size !== bytes.byteLength) {
    throw defect('MANIFEST_CONFIG', 'the inlined config is not the one that its digest and size name');
  }
  return { config: bytes, digest };
}

function readLayer(layers: JsonValue | undefined, limits: CapsuleLimits): { digest: Digest; size: number } {
  if (!Array.isArray(layers) || layers.length !== 1) throw defect('MANIFEST_LAYERS', 'it has not exactly one layer');
  const layer = asObject(layers[0], 'its layer');
  expectValue('MANIFEST_MEDIA_TYPE', layer, 'mediaType', capsuleMediaTypes.layer);
  const { digest, size } = layer;
  if (typeof digest !== 'string' || !isDigest(digest)) throw defect('MANIFEST_LAYERS', "its layer's digest is not a SHA-256");
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    throw defect('MANIFEST_LAYERS', "its layer's size is not a size");
  }
  if (size > limits.maxLayerBytes) {
    throw defect('LAYER_TOO_LARGE', `its layer has ${size} bytes, more than ${limits.maxLayerBytes}`);
  }
  return { digest, size };
}

function readCreated(annotations: JsonObject): number {
  const key = 'org.opencontainers.image.created';
  const created = annotations[key];
  try {
    return parseTimestamp(typeof created === 'string' ? created : '');
  } catch (cause) {
    throw defect('MANIFEST_ANNOTATIONS', `its annotation ${key} is not a canonical time`, cause);
  }
}

function expectValue(code: SchemaErrorCode, object: JsonObject, key: string, wanted: JsonValue): void {
  const got = object[key];
  if (got === wanted) return;
  throw defect(code, `${key} is ${shown(got)}, wanted ${shown(wanted)}`);
}

const maxShownCharacters = 200; // a manifest may hold 4 MiB of text where a media type belongs

function shown(value: JsonValue | undefined): string {
  if (typeof value === 'string') return quote(value);
  return value === undefined ? 'missing' : JSON.stringify(value).slice(0, maxShownCharacters);
}

function asObject(value: JsonValue | undefined, what: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw defect('MANIFEST_INVALID', `${what} is not a JSON object`);
}

function defect(code: SchemaErrorCode, why: string, cause?: unknown): SchemaError {
  return new SchemaError(code, `this is not a capsule manifest: ${why}`, {
    hint: 'The reference may name an image, an index or an attestation instead of a capsule.',
    cause,
  });
}
