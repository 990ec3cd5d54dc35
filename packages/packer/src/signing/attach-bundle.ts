import type { Descriptor, Store } from '@release-capsule/oci';
import { sha256 } from '@release-capsule/schema';
import { bundleMediaType } from './sign-bundle.ts';
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
  const blob = { mediaType: bundleMediaType, digest: sha256(bundle), size: bundle.byteLength };
  const manifest = signatureManifest({ subject, bundle: blob, predicateType, created });
  const referrer: Descriptor = {
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: sha256(manifest),
    size: manifest.byteLength,
    artifactType: bundleMediaType,
    annotations: signatureAnnotations({ predicateType, created }),
  };
  await store.push(emptyConfig, () => once(Buffer.from('{}')), signal);
  await store.push(blob, () => once(bundle), signal);
  await store.push(referrer, () => once(manifest), signal);
  return referrer;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}
