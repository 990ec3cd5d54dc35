import { type PackedCapsule, PackError } from '@release-capsule/packer';
import type { Finding } from '@release-capsule/verifier';
import type { LoadedSigner } from './input/load-signer.ts';
import type { PackTarget } from './pack-into.ts';
import { readBack } from './read-back.ts';
import type { CommandRun } from './run-command.ts';
import { type AttachedSignature, type SignTarget, signWith } from './sign-with.ts';

/** The signature of a release; `digest` is that of the referrer that carries it. */
export type ReleaseSignature =
  | { readonly digest: string; readonly isNew: false } // an earlier run has made it
  | (AttachedSignature & { readonly isNew: true });

/**
 * Signs what was pushed, reads it back and verifies it. A release that is run again finds its own signature, and makes
 * no second one.
 * @throws {PackError} `READ_BACK_FAILED`, and those of `signCapsule`.
 */
export async function signOnce(
  target: PackTarget & Pick<SignTarget, 'flags'>,
  packed: PackedCapsule,
  signer: LoadedSigner,
  { context, output }: CommandRun,
): Promise<ReleaseSignature> {
  output.step('Looking for the signature of an earlier run');
  const earlier = await readBack(target, packed, signer, context);
  const found = earlier.accepted ? signatureOf(earlier.findings) : undefined;
  if (found !== undefined) return { digest: found, isNew: false };
  output.step(`Signing ${packed.descriptor.digest}`);
  const signature = await signWith(signer, { ...target, capsule: packed.descriptor }, context);
  output.step('Reading everything back and verifying it');
  const { accepted, findings } = await readBack(target, packed, signer, context);
  if (accepted) return { ...signature, isNew: true };
  throw readBackFailed(packed.descriptor.digest, findings);
}

/** The referrer whose signature counted. */
function signatureOf(findings: readonly Finding[]): string | undefined {
  const referrers = findings.find(({ claim }) => claim === 'SIGNATURE')?.evidence?.['referrers'];
  return Array.isArray(referrers) && typeof referrers[0] === 'string' ? referrers[0] : undefined;
}

function readBackFailed(digest: string, findings: readonly Finding[]): PackError {
  const reasons = findings.filter(({ state }) => state !== 'proven').map(({ message }) => message);
  return new PackError('READ_BACK_FAILED', `${digest} was pushed, but what comes back is not accepted: ${reasons.join('; ')}`, {
    hint: 'No tag was set. The registry has lost or changed something: try again, and look at it if it persists.',
  });
}
