import { descriptorShape } from '@release-capsule/core';
import { contentOf, describeContent, type Descriptor, mediaTypes, pushBytes, type Store } from '@release-capsule/oci';
import { attestationTypes } from '@release-capsule/schema';
import { storeMethods } from '../argument-shapes.ts';
import { assertArguments } from '../assert-arguments.ts';
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
 * @throws {PackError} `OPTION_INVALID`; {OciError} what the store throws.
 */
export async function attachBundle(
  store: Store,
  bundle: Uint8Array,
  options: AttachBundleOptions,
): Promise<Descriptor> {
  const shape = { subject: descriptorShape, predicateType: 'text', created: 'date', 'signal?': 'signal' } as const;
  assertArguments({ store: storeMethods, bundle: 'bytes', options: shape }, { store, bundle, options });
  const { subject, predicateType, created, signal } = options;
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
