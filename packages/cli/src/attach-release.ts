import { OciError, pushTogether } from '@release-capsule/oci';
import type { AttachedAttestation, PackedCapsule, WantedAttestation } from '@release-capsule/packer';
import { attachMissing, checkAttached } from './ensure-attested.ts';
import type { LoadedSigner } from './input/load-signer.ts';
import type { PackTarget } from './pack-into.ts';
import { checkReadBack, findOwnSignature, type ReleaseSignature } from './release-signature.ts';
import type { CommandRun } from './run-command.ts';
import { type SignTarget, signAndCheck } from './sign-and-check.ts';

/** What a release is signed and attested with, and where. */
export interface ReleaseTarget extends PackTarget {
  readonly flags: SignTarget['flags'];
  readonly attestations: readonly WantedAttestation[];
}

/** What a release has attached to it. */
export interface AttachedRelease {
  readonly signature: ReleaseSignature;
  readonly attestations: readonly AttachedAttestation[];
}

/**
 * Signs and attests what was pushed, and reads it all back. Everything that is new is listed in one write: a registry whose
 * tags are immutable allows no second one. A release that is run again finds what it has attached, and makes it no second time.
 * @throws {PackError} `READ_BACK_FAILED`, and those of `signCapsule` and `attestCapsule`; {OciError} what the store throws.
 */
export async function attachRelease(
  target: ReleaseTarget,
  packed: PackedCapsule,
  signer: LoadedSigner,
  run: CommandRun,
): Promise<AttachedRelease> {
  const { context, output } = run;
  const { opened } = target;
  output.step('Looking for the signature of an earlier run');
  const earlier = await findOwnSignature(target, packed, signer, context);
  const work = (store: PackTarget['opened']['store']): Promise<AttachedRelease> =>
    attachMissingParts({ ...target, opened: { ...opened, store }, earlier }, packed, signer, run);
  const attached = await pushTogether(opened.store, work, context.signal).catch((error: unknown) => {
    throw withoutAttestations(error, earlier !== undefined);
  });
  output.step('Reading everything back and verifying it');
  if (attached.signature.isNew) await checkReadBack(target, packed, signer, context);
  await checkAttached({ opened, capsule: packed.descriptor }, attached.attestations, signer, context);
  return attached;
}

async function attachMissingParts(
  { earlier, ...target }: ReleaseTarget & { readonly earlier: ReleaseSignature | undefined },
  packed: PackedCapsule,
  signer: LoadedSigner,
  { context, output }: CommandRun,
): Promise<AttachedRelease> {
  const at = { ...target, capsule: packed.descriptor };
  if (earlier === undefined) output.step(`Signing ${packed.descriptor.digest}`);
  const signature = earlier ?? { ...(await signAndCheck(signer, at, context)), isNew: true };
  if (target.attestations.length === 0) return { signature, attestations: [] };
  output.step('Attaching provenance and SBOM');
  return { signature, attestations: await attachMissing(at, signer, context) };
}

/** Where the signature is listed already, the release needs no further write of the index. */
function withoutAttestations(error: unknown, isSigned: boolean): unknown {
  if (!(error instanceof OciError) || error.code !== 'TAG_IMMUTABLE' || !isSigned) return error;
  const hint = `Run it again with --no-attestations: the signature is there. ${error.hint ?? ''}`.trim();
  return new OciError(error.code, error.message, { hint, cause: error });
}
