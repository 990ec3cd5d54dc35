import type { Digest } from '../digest.ts';

/** What cosign kept under tags of its own before there were referrers. */
export type LegacyKind = 'signature' | 'attestation';

/**
 * The media types of the layers under a legacy tag.
 * Source: cosign v2.6.4, specs/SIGNATURE_SPEC.md and specs/ATTESTATION_SPEC.md.
 */
export const legacyLayerTypes = {
  signature: 'application/vnd.dev.cosign.simplesigning.v1+json',
  attestation: 'application/vnd.dsse.envelope.v1+json',
} as const;

/**
 * The annotations of such a layer, which hold all that is known of its signature.
 * Source: cosign v2.6.4, pkg/oci/static/options.go and signature.go.
 */
export const legacyAnnotations = {
  signature: 'dev.cosignproject.cosign/signature',
  certificate: 'dev.sigstore.cosign/certificate',
  chain: 'dev.sigstore.cosign/chain',
  log: 'dev.sigstore.cosign/bundle',
  timestamp: 'dev.sigstore.cosign/rfc3161timestamp',
} as const;

/**
 * The `critical.type` of the payload that a legacy signature is over.
 * Source: cosign v2.6.4, specs/SIGNATURE_SPEC.md, "Payload".
 */
export const simpleSigningType = 'cosign container image signature';

const suffixes: Readonly<Record<LegacyKind, string>> = { signature: 'sig', attestation: 'att' };

/**
 * Names the tag under which cosign keeps the signatures, or attestations, of a manifest.
 * Source: cosign v2.6.4, specs/SIGNATURE_SPEC.md, "Tag-based Discovery"; pkg/oci/remote/options.go.
 */
export function legacyTag(digest: Digest, kind: LegacyKind): string {
  return `${digest.replace(':', '-')}.${suffixes[kind]}`;
}
