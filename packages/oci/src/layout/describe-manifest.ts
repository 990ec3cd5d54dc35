import type { Descriptor } from '../descriptor.ts';
import { parseAnyManifest, referrerArtifactType } from '../manifest.ts';

// One manifest may hold 4 MiB of annotations, as much as the whole index: listed, they would leave no room for others.
const maxListedAnnotationCharacters = 16 * 1024;

/**
 * Describes a manifest as `index.json` lists it: with its artifact type, and, where it has a subject, with its
 * annotations, as a registry lists referrers, unless they are very long.
 * Source: OCI distribution-spec v1.1.1, "Listing Referrers".
 * @throws {OciError} `MANIFEST_INVALID`, `LIMIT_EXCEEDED`, `UNSUPPORTED` where the type is no manifest's.
 */
export function describeManifest({ mediaType, digest, size }: Descriptor, bytes: Uint8Array): Descriptor {
  const manifest = parseAnyManifest(bytes, mediaType);
  const isReferrer = manifest.subject !== undefined;
  const artifactType = isReferrer ? referrerArtifactType(manifest) : manifest.artifactType;
  const isShort = JSON.stringify(manifest.annotations ?? {}).length <= maxListedAnnotationCharacters;
  const annotations = isReferrer && isShort ? manifest.annotations : undefined;
  return {
    mediaType,
    digest,
    size,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(annotations === undefined ? {} : { annotations }),
  };
}
