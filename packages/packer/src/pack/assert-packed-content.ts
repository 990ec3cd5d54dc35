import type { Spool } from '@release-capsule/oci';
import { assertContent, type CapsuleLimits, parseCapsuleManifest } from '@release-capsule/schema';

/**
 * Reads a capsule back before it is stored, and judges it as a verifier would: the packer writes nothing that a
 * verifier refuses to read.
 * @throws {SchemaError} those of `parseCapsuleManifest` and `assertContent`.
 */
export async function assertPackedContent(
  manifest: Uint8Array,
  layer: Spool,
  limits: CapsuleLimits,
  signal?: AbortSignal,
): Promise<void> {
  const outline = parseCapsuleManifest(manifest, limits);
  await assertContent(layer.read(signal), { record: outline.record, manifest: outline, limits });
}
