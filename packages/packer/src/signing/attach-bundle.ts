import { contentOf, describeContent, type Descriptor, mediaTypes, pushBytes, type Store } from '@release-capsule/oci';
import { attestationTypes } from '@release-capsule/schema';
import { emptyConfig, signatureAnnotations, signatureManifest } from './signature-manifest.ts';

/** Options of {@link attachBundle}. */
export interface AttachBundleOptions {
  /** The manifest that the bundle is about. */
  readonly subject: Descriptor;
  readonly predicateType: string;
  readonly created: Date;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Pushes a bundle as a referrer of its subject: config and bundle first, then the manifest, by digest.
 * Returns the manifest's descriptor, with the artifact type and annotations that a fallback index needs.
 * @throws {OciError} What the store throws.
 */
export async function attachBundle(
  store: Store,
  bundle: Uint8Array,
  { subject, predicateType, created, signal }: AttachBundleOptions,
): Promise<Descriptor> {
  const blob = describeContent(attestationTypes.bundle, bundle);
  const manifest = signatureManifest({ subject, bundle: blob, predicateType, created });
  const referrer: Descriptor = {
    ...describeContent(mediaTypes.imageManifest, manifest),
    artifactType: attestationTypes.bundle,
    annotations: signatureAnnotations({ predicateType, created }),
  };
  await pushBytes(store, { mediaType: emptyConfig.mediaType, bytes: Buffer.from('{}') }, signal);
  await store.push(blob, contentOf(bundle), signal);
  await store.push(referrer, contentOf(manifest), signal);
  return referrer;
}
