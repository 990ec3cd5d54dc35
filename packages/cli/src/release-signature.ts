import { type PackedCapsule, PackError } from '@release-capsule/packer';
import type { Finding } from '@release-capsule/verifier';
import type { Context } from './context.ts';
import type { LoadedSigner } from './input/load-signer.ts';
import type { PackTarget } from './pack-into.ts';
import { readBack } from './read-back.ts';
import type { AttachedSignature } from './sign-and-check.ts';

/** The signature of a release; `digest` is that of the referrer that carries it. */
export type ReleaseSignature =
  | { readonly digest: string; readonly isNew: false } // an earlier run has made it
  | (AttachedSignature & { readonly isNew: true });

/** Finds the signature that an earlier run of the same release has made, so that no second one is. */
export async function findOwnSignature(
  target: PackTarget,
  packed: PackedCapsule,
  signer: LoadedSigner,
  context: Context,
): Promise<ReleaseSignature | undefined> {
  const { accepted, findings } = await readBack(target, packed, signer, context);
  const digest = accepted ? signatureOf(findings) : undefined;
  return digest === undefined ? undefined : { digest, isNew: false };
}

/**
 * Reads back what was pushed and signed, and verifies it.
 * @throws {PackError} `READ_BACK_FAILED`.
 */
export async function checkReadBack(
  target: PackTarget,
  packed: PackedCapsule,
  signer: LoadedSigner,
  context: Context,
): Promise<void> {
  const { accepted, findings } = await readBack(target, packed, signer, context);
  if (!accepted) throw readBackFailed(packed.descriptor.digest, findings);
}

/** The referrer whose signature counted. */
function signatureOf(findings: readonly Finding[]): string | undefined {
  const referrers = findings.find(({ claim }) => claim === 'SIGNATURE')?.evidence?.['referrers'];
  return Array.isArray(referrers) && typeof referrers[0] === 'string' ? referrers[0] : undefined;
}

function readBackFailed(digest: string, findings: readonly Finding[]): PackError {
  const reasons = findings.filter(({ state }) => state !== 'proven').map(({ message }) => message);
  return new PackError('READ_BACK_FAILED', `${digest} was pushed, but what comes back is not accepted: ${reasons.join('; ')}`, {
    hint: 'No tag was set. The registry has lost or changed something: try again, and check its logs if that fails too.',
  });
}
