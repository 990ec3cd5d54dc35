import type { Descriptor } from '../descriptor.ts';
import { parseAnyManifest, referrerArtifactType } from '../manifest.ts';

/**
 * Describes a manifest as `index.json` lists it: with its artifact type, and, where it has a subject, with its
 * annotations, as a registry lists referrers.
 * Source: OCI distribution-spec v1.1.1, "Listing Referrers".
 * @throws {OciError} `MANIFEST_INVALID`, `LIMIT_EXCEEDED`, `UNSUPPORTED` where the type is no manifest's.
 */
export function describeManifest({ mediaType, digest, size }: Descriptor, bytes: Uint8Array): Descriptor {
  const manifest = parseAnyManifest(bytes, mediaType);
  const isReferrer = manifest.subject !== undefined;
  const artifactType = isReferrer ? referrerArtifactType(manifest) : manifest.artifactType;
  const annotations = isReferrer ? manifest.annotations : undefined;
  return {
    mediaType,
    digest,
    size,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(annotations === undefined ? {} : { annotations }),
  };
}
