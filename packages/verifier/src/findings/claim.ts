/**
 * Every claim that a verification can make, from the outside in, as the documentation tables them.
 * Source: docs/verification.md, "The claims".
 */
export const claimNames = [
  'CAPSULE_DIGEST',
  'MANIFEST_SHAPE',
  'RECORD',
  'FREIGHT_NAME',
  'IDENTITY',
  'TAG_FORM',
  'PAIR',
  'SIGNATURE',
  'NOT_DENIED',
  'ARCHIVE',
  'PACKAGE_PATH',
  'PACKAGE_DIGEST',
  'SELF_CONTAINED',
  'IMAGES',
  'SOURCE_PROOF',
  'TAG_MOVED',
  'IMAGE_SIGNATURE',
  'PROVENANCE',
  'SBOM',
  'LINEAGE',
  'SUMMARY',
] as const;

/** The name of a claim. */
export type ClaimName = (typeof claimNames)[number];

/** What became of a claim: `unknown` means that it could not be looked up or judged, not that it failed. */
export type FindingState = 'proven' | 'refuted' | 'unknown';
