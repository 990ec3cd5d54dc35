/** The media types of a capsule's manifest. Source: docs/format.md, "The OCI manifest". */
export const capsuleMediaTypes = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  artifact: 'application/vnd.release-capsule.v1',
  config: 'application/vnd.release-capsule.release.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
} as const;

/** The predicate types of a capsule's signature and attestations. Source: docs/format.md, "Signatures". */
export const predicateTypes = {
  signature: 'https://sigstore.dev/cosign/sign/v1',
  provenance: 'https://slsa.dev/provenance/v1',
  spdx: 'https://spdx.dev/Document',
  cyclonedx: 'https://cyclonedx.org/bom',
  verificationSummary: 'https://slsa.dev/verification_summary/v1',
} as const;

/**
 * The types of what a predicate stands in: an in-toto statement, its DSSE payload, and the Sigstore bundle around both.
 * Source: in-toto Attestation Framework v1, Statement and Envelope; Sigstore bundle v0.3.
 */
export const attestationTypes = {
  statement: 'https://in-toto.io/Statement/v1',
  payload: 'application/vnd.in-toto+json',
  bundle: 'application/vnd.dev.sigstore.bundle.v0.3+json',
} as const;
