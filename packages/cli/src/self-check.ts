import type { Descriptor } from '@release-capsule/oci';
import { PackError } from '@release-capsule/packer';
import { parseDigest, predicateTypes } from '@release-capsule/schema';
import { checkBundle, type VerifySignersOptions } from '@release-capsule/verifier';
import type { Context } from './context.ts';
import type { LoadedSigner } from './input/load-signer.ts';
import { signerPolicy } from './signer-policy.ts';

/** Judges a fresh bundle as a verification will, before it is published. */
export type SelfCheck = (bundle: Uint8Array, predicateType: string) => Promise<void>;

/** Makes everything by which a later verification would judge what a signer of our own signs. */
export async function ownSigners(loaded: LoadedSigner, { now }: Context): Promise<VerifySignersOptions> {
  const { capsule, trustedRoot } = await signerPolicy(loaded, { name: 'own', capsuleRepository: 'own.invalid/capsule' });
  return { signers: capsule.signers, root: trustedRoot, nowMs: now().getTime() };
}

/**
 * Makes the check of a fresh statement about a capsule: its signature, an attestation, a summary. It throws {PackError}
 * `SIGNATURE_REJECTED` where the statement would not be accepted.
 */
export function selfCheck(own: VerifySignersOptions, { digest }: Descriptor): SelfCheck {
  return async (bundle, predicateType) => {
    const checked = await checkBundle(bundle, { ...own, digest: parseDigest(digest), predicateType });
    if (checked.kind === 'verified') return;
    const what = predicateType === predicateTypes.signature ? 'signature' : 'statement';
    throw rejected(what, `it ${checked.message} (${checked.code})`);
  };
}

/** Makes the error of something fresh that a verification would not accept. */
export function rejected(what: 'signature' | 'statement', why: string): PackError {
  return new PackError('SIGNATURE_REJECTED', `the fresh ${what} is not accepted: ${why}`, {
    hint: 'Nothing was published. Check that services and trusted root belong to one Sigstore.',
  });
}
