import { bundleToJSON, type BundleWithDsseEnvelope } from '@sigstore/bundle';
import { type Artifact, DSSEBundleBuilder, type Signature } from '@sigstore/sign';

/**
 * Builds DSSE bundles as cosign does: without a key id beside the signature.
 * The id goes before the witnesses are asked: Rekor v1 hashes the envelope with it.
 * Import this file lazily: @sigstore/sign takes 130 ms to load.
 * Source: sigstore-go v1.2.1, pkg/sign/content.go, `DSSEData.Bundle`.
 */
export class CosignBundleBuilder extends DSSEBundleBuilder {
  protected override async package(artifact: Artifact, signature: Signature): Promise<BundleWithDsseEnvelope> {
    const bundle = await super.package(artifact, signature);
    for (const entry of bundle.content.dsseEnvelope.signatures) entry.keyid = '';
    return bundle;
  }
}

/** Writes a bundle as the JSON that cosign writes. */
export function serialiseBundle(bundle: BundleWithDsseEnvelope): Uint8Array {
  const { verificationMaterial } = bundle;
  // cosign leaves the field out where there is no timestamp; @sigstore/sign writes an empty one.
  if (verificationMaterial.timestampVerificationData?.rfc3161Timestamps.length === 0) {
    verificationMaterial.timestampVerificationData = undefined;
  }
  return Buffer.from(JSON.stringify(bundleToJSON(bundle)), 'utf8');
}
