import { maxMetadataBytes, readAll } from './content.ts';
import type { Descriptor, OciDigest } from './descriptor.ts';
import { OciError } from './errors.ts';
import { type Manifest, parseAnyManifest, referrerArtifactType } from './manifest.ts';
import { isManifestType } from './media-types.ts';
import type { Fetcher } from './ports.ts';

/** Which referrers are looked for. */
export interface ReferrerQuery {
  readonly subject: OciDigest;
  readonly artifactType?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads manifests one after another and passes on those that are referrers. One that cannot be read is reported
 * once all others were: a broken referrer neither hides a good one nor goes unnoticed.
 * @throws {OciError} at the end, what reading the first unreadable manifest threw.
 */
export async function* scanReferrers(
  store: Fetcher,
  manifests: Iterable<Descriptor>,
  query: ReferrerQuery,
): AsyncGenerator<Descriptor, void, undefined> {
  let failure: OciError | undefined;
  for (const manifest of manifests) {
    query.signal?.throwIfAborted();
    try {
      const referrer = await readReferrer(store, manifest, query);
      if (referrer !== undefined) yield referrer;
    } catch (error) {
      if (!(error instanceof OciError)) throw error;
      failure ??= error;
    }
  }
  if (failure !== undefined) throw failure;
}

/**
 * Describes a referrer as a list of referrers does: with the artifact type and the annotations of its manifest.
 * Source: OCI distribution-spec v1.1.1, "Listing Referrers".
 */
export function describeReferrer({ mediaType, digest, size }: Descriptor, manifest: Manifest): Descriptor {
  const artifactType = referrerArtifactType(manifest);
  return {
    mediaType,
    digest,
    size,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(manifest.annotations === undefined ? {} : { annotations: manifest.annotations }),
  };
}

/**
 * Reads a manifest and, where its `subject` is the one asked for, returns its descriptor with the artifact type and
 * the annotations that the manifest itself states: a list says nothing that can be trusted.
 * Source: OCI distribution-spec v1.1.1, "Listing Referrers".
 * @throws {OciError} what reading throws, and `MANIFEST_INVALID`.
 */
async function readReferrer(
  store: Fetcher,
  descriptor: Descriptor,
  query: ReferrerQuery,
): Promise<Descriptor | undefined> {
  const { mediaType, size } = descriptor;
  // What is too large to be a manifest has no subject either.
  if (!isManifestType(mediaType) || size > maxMetadataBytes) return undefined;
  const bytes = await readAll(store, descriptor, { maxBytes: maxMetadataBytes, signal: query.signal });
  const manifest = parseAnyManifest(bytes, mediaType);
  if (manifest.subject?.digest !== query.subject) return undefined;
  const referrer = describeReferrer(descriptor, manifest);
  return query.artifactType === undefined || referrer.artifactType === query.artifactType ? referrer : undefined;
}
