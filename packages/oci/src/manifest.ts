import { maxMetadataBytes } from './content.ts';
import type { Descriptor } from './descriptor.ts';
import { OciError } from './errors.ts';
import { isImageManifestType, isIndexType } from './media-types.ts';
import { parseAnnotations, parseDescriptor, parseMediaType } from './parse-descriptor.ts';
import { isJsonObject, parseStrictJson } from './strict-json.ts';

const maxListedDescriptors = 10_000; // more do not fit into 4 MiB with names worth having

/** A manifest of config and layers. Source: OCI image-spec v1.1.1, manifest.md. */
export interface ImageManifest {
  readonly schemaVersion: 2;
  readonly mediaType: string;
  readonly artifactType?: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A manifest of manifests. Source: OCI image-spec v1.1.1, image-index.md. */
export interface ImageIndex {
  readonly schemaVersion: 2;
  readonly mediaType: string;
  readonly artifactType?: string;
  readonly manifests: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Either kind of manifest; `'manifests' in manifest` tells them apart. */
export type Manifest = ImageManifest | ImageIndex;

/**
 * Parses the bytes of a manifest or index, whichever `mediaType`, the type in its descriptor, says.
 * @throws {OciError} `MANIFEST_INVALID`, `LIMIT_EXCEEDED`; `UNSUPPORTED` where the type is no manifest's.
 */
export function parseAnyManifest(bytes: Uint8Array, mediaType: string): Manifest {
  if (isImageManifestType(mediaType)) return parseManifest(bytes, mediaType);
  if (isIndexType(mediaType)) return parseIndex(bytes, mediaType);
  throw new OciError('UNSUPPORTED', `${JSON.stringify(mediaType)} is not the media type of a manifest or index`);
}

/**
 * Parses the bytes of an image manifest, whose `mediaType` has to be there and, where one is given, be equal to
 * the one in its descriptor.
 * Source: OCI image-spec v1.1.1, manifest.md.
 * @throws {OciError} `MANIFEST_INVALID`, `LIMIT_EXCEEDED`.
 */
export function parseManifest(bytes: Uint8Array, mediaType?: string): ImageManifest {
  const json = parseObject(bytes, 'the manifest');
  const type = parseOwnType(json, { what: 'the manifest', mediaType, accepts: isImageManifestType });
  refuseKey(json, 'manifests', 'the manifest');
  return guarded('the manifest', () => ({
    ...commonFields(json, type),
    config: parseDescriptor(json['config'], 'config'),
    layers: parseList(json['layers'], 'layers'),
  }));
}

/**
 * Parses the bytes of an image index, whose `mediaType` has to be there and, where one is given, be equal to the
 * one in its descriptor.
 * Source: OCI image-spec v1.1.1, image-index.md.
 * @throws {OciError} `MANIFEST_INVALID`, `LIMIT_EXCEEDED`.
 */
export function parseIndex(bytes: Uint8Array, mediaType?: string): ImageIndex {
  const json = parseObject(bytes, 'the index');
  const type = parseOwnType(json, { what: 'the index', mediaType, accepts: isIndexType });
  refuseKey(json, 'config', 'the index');
  refuseKey(json, 'layers', 'the index');
  return guarded('the index', () => ({
    ...commonFields(json, type),
    manifests: parseList(json['manifests'], 'manifests'),
  }));
}

/** Lists everything that a manifest refers to: config and layers, or manifests, and its subject. */
export function successors(manifest: Manifest): readonly Descriptor[] {
  const content = 'manifests' in manifest ? manifest.manifests : [manifest.config, ...manifest.layers];
  return manifest.subject === undefined ? content : [...content, manifest.subject];
}

/**
 * Returns what a list of referrers says about a manifest: its artifact type, or else its config's media type.
 * Source: OCI distribution-spec v1.1.1, "Listing Referrers".
 */
export function referrerArtifactType(manifest: Manifest): string | undefined {
  return manifest.artifactType ?? ('config' in manifest ? manifest.config.mediaType : undefined);
}

function parseObject(bytes: Uint8Array, what: string): Readonly<Record<string, unknown>> {
  if (bytes.length > maxMetadataBytes) {
    throw new OciError('LIMIT_EXCEEDED', `${what} has ${bytes.length} bytes, the limit is ${maxMetadataBytes}`);
  }
  const json = parseStrictJson(bytes, what);
  if (!isJsonObject(json)) throw new OciError('MANIFEST_INVALID', `${what} is not a JSON object`);
  if (json['schemaVersion'] === 2) return json;
  throw new OciError('MANIFEST_INVALID', `${what} has not the schemaVersion 2`);
}

interface OwnTypeRule {
  readonly what: string;
  readonly mediaType: string | undefined;
  readonly accepts: (mediaType: string) => boolean;
}

function parseOwnType(json: Readonly<Record<string, unknown>>, rule: OwnTypeRule): string {
  const { what, mediaType, accepts } = rule;
  const type = guarded(what, () => parseMediaType(json['mediaType'], 'mediaType'));
  if (mediaType !== undefined && type !== mediaType) {
    throw new OciError('MANIFEST_INVALID', `${what} says that it is ${type}, its descriptor says ${mediaType}`);
  }
  if (accepts(type)) return type;
  throw new OciError('MANIFEST_INVALID', `${what} has the media type ${type}, which is another kind of content`);
}

/** Refuses what would make one document a manifest to one tool and an index to another (CVE-2021-41190). */
function refuseKey(json: Readonly<Record<string, unknown>>, key: string, what: string): void {
  if (json[key] !== undefined) throw new OciError('MANIFEST_INVALID', `${what} must not have the key "${key}"`);
}

function commonFields(json: Readonly<Record<string, unknown>>, mediaType: string): Omit<ImageIndex, 'manifests'> {
  const { artifactType, subject, annotations } = json;
  return {
    schemaVersion: 2,
    mediaType,
    ...(artifactType === undefined ? {} : { artifactType: parseMediaType(artifactType, 'artifactType') }),
    ...(subject === undefined ? {} : { subject: parseDescriptor(subject, 'subject') }),
    ...(annotations === undefined ? {} : { annotations: parseAnnotations(annotations, 'annotations') }),
  };
}

function parseList(value: unknown, key: string): readonly Descriptor[] {
  if (!Array.isArray(value)) throw new OciError('MANIFEST_INVALID', `${key} is not a list`);
  if (value.length > maxListedDescriptors) {
    throw new OciError('LIMIT_EXCEEDED', `${key} has ${value.length} entries, the limit is ${maxListedDescriptors}`);
  }
  return value.map((item: unknown, index) => parseDescriptor(item, `${key}[${index}]`));
}

/** Reports a bad field as a defect of the manifest that holds it. */
function guarded<T>(what: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    if (!(cause instanceof OciError) || cause.code !== 'DESCRIPTOR_INVALID') throw cause;
    throw new OciError('MANIFEST_INVALID', `${what} is invalid: ${cause.message}`, { cause });
  }
}
