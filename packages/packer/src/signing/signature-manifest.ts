import { type Descriptor, mediaTypes } from '@release-capsule/oci';
import { attestationTypes } from '@release-capsule/schema';

/** Describes the two bytes `{}`. Source: OCI image-spec v1.1.1, manifest.md, "Guidance for an Empty Descriptor". */
export const emptyConfig: Descriptor = {
  mediaType: mediaTypes.empty,
  digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
  size: 2,
};

/** What the manifest of an attached bundle says. */
export interface SignatureManifestOptions {
  /** The manifest that is signed. */
  readonly subject: Descriptor;
  /** The bundle's blob. */
  readonly bundle: Pick<Descriptor, 'digest' | 'size'>;
  /** A hint for readers, who must not trust it: the truth is in the signed payload. */
  readonly predicateType: string;
  readonly created: Date;
}

/** The annotations of an attached bundle's manifest, and of its descriptor in a fallback index. */
export function signatureAnnotations({
  predicateType,
  created,
}: Pick<SignatureManifestOptions, 'predicateType' | 'created'>): Readonly<Record<string, string>> {
  return {
    'dev.sigstore.bundle.content': 'dsse-envelope',
    'dev.sigstore.bundle.predicateType': predicateType,
    'org.opencontainers.image.created': created.toISOString().replace(/\.\d{3}Z$/, 'Z'),
  };
}

/**
 * Writes the manifest that attaches a bundle to its subject, byte for byte as cosign writes it: Go's field order,
 * the config with an artifact type of its own.
 * Source: cosign v3.1.2, pkg/oci/remote/write.go, `WriteReferrer`; specs/BUNDLE_SPEC.md.
 */
export function signatureManifest(options: SignatureManifestOptions): Uint8Array {
  const { subject, bundle } = options;
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.imageManifest,
    config: {
      mediaType: emptyConfig.mediaType,
      size: emptyConfig.size,
      digest: emptyConfig.digest,
      artifactType: attestationTypes.bundle,
    },
    layers: [{ mediaType: attestationTypes.bundle, size: bundle.size, digest: bundle.digest }],
    annotations: signatureAnnotations(options),
    subject: { mediaType: subject.mediaType, size: subject.size, digest: subject.digest },
    artifactType: attestationTypes.bundle,
  };
  return Buffer.from(JSON.stringify(manifest), 'utf8');
}
