import { contentOf, describeContent, type Descriptor, pushBytes, Spool, type Store } from '@release-capsule/oci';
import {
  type ArchiveFile,
  type CapsuleLimits,
  capsuleMediaTypes,
  encodeConfig,
  encodeManifest,
  gzipCanonical,
  parseDigest,
  type ReleaseRecord,
  writeArchive,
} from '@release-capsule/schema';

/** How a layer is written. */
export interface SpoolLayerOptions {
  readonly mtime: number;
  readonly limits: CapsuleLimits;
  readonly temporaryDirectory: string;
  readonly signal: AbortSignal | undefined;
}

/** Writes the layer into a private temporary file: its digest must be known before it is pushed. */
export function spoolLayer(
  files: readonly ArchiveFile[],
  { mtime, limits, temporaryDirectory, signal }: SpoolLayerOptions,
): Promise<Spool> {
  const archive = writeArchive(files, { mtime, limits, signal });
  return Spool.fill(gzipCanonical(archive), { directory: temporaryDirectory, maxBytes: limits.maxLayerBytes, signal });
}

/** A capsule's manifest, and the descriptor that names it. */
export interface DescribedCapsule {
  readonly manifest: Uint8Array;
  readonly descriptor: Descriptor;
}

/** Makes the one manifest that this record and layer have. */
export function describeCapsule(record: ReleaseRecord, layer: Spool, createdAt: number): DescribedCapsule {
  const manifest = encodeManifest({ record, layer: { digest: parseDigest(layer.digest), size: layer.size }, createdAt });
  const { manifest: mediaType, artifact: artifactType } = capsuleMediaTypes;
  const descriptor = { ...describeContent(mediaType, manifest), artifactType };
  return { manifest, descriptor };
}

/** Stores blobs first, then the manifest by digest: what can be found is complete. */
export async function pushCapsule(
  store: Store,
  { record, layer, manifest, descriptor }: DescribedCapsule & { readonly record: ReleaseRecord; readonly layer: Spool },
  signal?: AbortSignal,
): Promise<void> {
  await pushBytes(store, { mediaType: capsuleMediaTypes.config, bytes: encodeConfig(record) }, signal);
  const layerDescriptor = { mediaType: capsuleMediaTypes.layer, digest: layer.digest, size: layer.size };
  await store.push(layerDescriptor, () => layer.read(signal), signal);
  await store.push(descriptor, contentOf(manifest), signal);
}
