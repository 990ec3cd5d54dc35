import type { AttachedAttestation } from '@release-capsule/packer';

/** Describes attestations to people, one row each. */
export function attestationRows(attached: readonly AttachedAttestation[]): readonly (readonly [string, string])[] {
  return attached.map(({ kind, digest, isNew }) => [kind, `${digest}${isNew ? '' : ', already attached'}`]);
}
