/** Bounds on everything that a capsule holds, in bytes unless the name says otherwise. */
export interface CapsuleLimits {
  readonly maxManifestBytes: number;
  readonly maxRecordBytes: number;
  readonly maxLayerBytes: number;
  readonly maxFileBytes: number;
  readonly maxUnpackedBytes: number;
  readonly maxEntries: number;
  /** Unpacked bytes for each compressed byte, beyond the first {@link ratioFreeBytes}. */
  readonly maxRatio: number;
}

const KiB = 1024;
const MiB = 1024 * KiB;

/** An archive that unpacks to no more than this is never a bomb, however well it compresses. */
export const ratioFreeBytes: number = 1 * MiB;

/**
 * The bounds of format version 1: the tightest of the known consumers'.
 * Raised only by explicit option; the packer refuses to write what these refuse to read.
 */
export const defaultLimits: CapsuleLimits = {
  maxManifestBytes: 4 * MiB, // OCI distribution-spec v1.1.1, "Pushing Manifests": registries take at least this much
  maxRecordBytes: 64 * KiB, // ten times a record with every list in use
  maxLayerBytes: 100 * MiB, // Kargo's oci-download refuses more
  maxFileBytes: 50 * MiB, // Kargo's untar refuses more
  maxUnpackedBytes: 100 * MiB, // Kargo's untar refuses more
  maxEntries: 20_000, // inodes on a promotion's work directory
  maxRatio: 200, // YAML compresses to about a tenth, repeated YAML to a fiftieth
};
