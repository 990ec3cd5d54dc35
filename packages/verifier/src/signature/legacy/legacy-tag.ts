import type { Digest } from '@release-capsule/schema';

/** What cosign kept under tags of its own before there were referrers. */
export type LegacyKind = 'signature' | 'attestation';

const suffixes: Readonly<Record<LegacyKind, string>> = { signature: 'sig', attestation: 'att' };

/**
 * Names the tag under which cosign keeps the signatures, or attestations, of a manifest.
 * Source: cosign v2.6.4, specs/SIGNATURE_SPEC.md, "Tag-based Discovery"; pkg/oci/remote/options.go.
 */
export function legacyTag(digest: Digest, kind: LegacyKind): string {
  return `${digest.replace(':', '-')}.${suffixes[kind]}`;
}
