import { type Digest, sha256 } from '../digest.ts';
import { canonicalJson } from '../json/canonical-json.ts';
import { capsuleMediaTypes } from '../media-types.ts';
import { releaseTag } from '../names/release-tag.ts';
import type { ReleaseRecord } from '../record/release-record.ts';
import { inSchemaOrder } from '../record/schema-order.ts';
import { formatTimestamp } from './timestamp.ts';

/** Everything that decides the bytes of a capsule's manifest. */
export interface CapsuleManifest {
  readonly record: ReleaseRecord;
  readonly layer: { readonly digest: Digest; readonly size: number };
  /** The commit's time in seconds since 1970. */
  readonly createdAt: number;
}

/**
 * Writes the manifest's config: the record as RFC 8785 JSON.
 * @throws {SchemaError} `JSON_INVALID` where a text holds a lone surrogate.
 */
export function encodeConfig(record: ReleaseRecord): Uint8Array {
  return canonicalJson(inSchemaOrder(record));
}

/**
 * Writes the one manifest that a capsule of this record and layer can have.
 * Source: docs/format.md, "The OCI manifest"; OCI image-spec v1.1.1, manifest.md; RFC 8785.
 * @throws {SchemaError} `TIME_INVALID`, `COMMIT_INVALID`, `JSON_INVALID`.
 */
export function encodeManifest({ record, layer, createdAt }: CapsuleManifest): Uint8Array {
  const config = encodeConfig(record);
  return canonicalJson({
    schemaVersion: 2,
    mediaType: capsuleMediaTypes.manifest,
    artifactType: capsuleMediaTypes.artifact,
    config: {
      mediaType: capsuleMediaTypes.config,
      digest: sha256(config),
      size: config.byteLength,
      data: Buffer.from(config).toString('base64'),
    },
    layers: [{ mediaType: capsuleMediaTypes.layer, digest: layer.digest, size: layer.size }],
    annotations: manifestAnnotations(record, createdAt),
  });
}

/** Lists the annotations of the manifest that this record has. */
export function manifestAnnotations(record: ReleaseRecord, createdAt: number): Record<string, string> {
  const { image } = record;
  return {
    'org.opencontainers.image.created': formatTimestamp(createdAt),
    'org.opencontainers.image.source': record.source.repoURL,
    'org.opencontainers.image.revision': record.gitCommit,
    'org.opencontainers.image.version': releaseTag(record.gitCommit),
    'org.opencontainers.image.title': record.name,
    ...(image && { 'dev.release-capsule.image': `${image.repoURL}@${image.digest}` }),
    'dev.release-capsule.package.path': record.package.path,
  };
}
