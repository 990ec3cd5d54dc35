import { signStatement } from '@release-capsule/packer';
import { predicateTypes } from '@release-capsule/schema';
import { isSameSigner, makeSummary, type Policy, type PolicySigner, releaseSigners, type Verdict } from '@release-capsule/verifier';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { loadSigner } from '../input/load-signer.ts';
import type { SummaryRequest } from '../input/summary-flags.ts';
import type { VerifyArguments } from '../input/verify-arguments.ts';
import { selfCheck, ownSigners } from '../self-check.ts';
import { version } from '../version.ts';

/** Signs the summary of a verdict and attaches it, where the verdict deserves one. */
export type SummarySigner = (verdict: Verdict) => Promise<AttachedSummary | undefined>;

/** A summary that was attached. */
export interface AttachedSummary {
  /** Of the referrer that carries it. */
  readonly digest: string;
  readonly stage: string;
}

/**
 * Prepares the signing of a summary before anything is verified: a key that cannot be read shall not be found out last.
 * This file loads the code that signs; a verification without a summary does not import it.
 * @throws {CliError} `OPTION_INVALID`, `FILE_UNREADABLE`; {PackError} those of signers.
 */
export async function prepareSummary(
  { stage, signing }: SummaryRequest,
  { policy, opened: { store } }: VerifyArguments,
  context: Context,
): Promise<SummarySigner> {
  const { now, signal } = context;
  refuseOwnStage(stage, policy);
  const loaded = await loadSigner(signing, context);
  const own = await ownSigners(loaded, context);
  refuseReleaseSigner(own.signers, policy);
  return async (verdict) => {
    // A refused verdict writes nothing, and one in audit mode vouches for nothing.
    if (!verdict.accepted || !verdict.report.enforced) return undefined;
    const { descriptor } = verdict.capsule;
    const statement = makeSummary(verdict, { stage, timeVerified: now(), version });
    const check = selfCheck({ ...own, nowMs: now().getTime() }, descriptor);
    const checkBundle = (bundle: Uint8Array): Promise<void> => check(bundle, predicateTypes.verificationSummary);
    const options = { statement, checkBundle, witnesses: loaded.witnesses, now, signal };
    const { digest } = await signStatement(store, descriptor, loaded.signer, options);
    return { digest, stage };
  };
}

// A stage that accepts its own summaries would renew them for ever: nobody would look at the release again.
function refuseOwnStage(stage: string, { summary }: Policy): void {
  if (summary?.stage !== stage) return;
  throw new CliError('OPTION_INVALID', `the policy accepts summaries of the stage ${stage}, which is the one to be signed for`, {
    hint: 'Let a stage accept the summary of an earlier one.',
  });
}

function refuseReleaseSigner(own: readonly PolicySigner[], policy: Policy): void {
  const release = releaseSigners(policy);
  if (!own.some((signer) => release.some((other) => isSameSigner(signer, other)))) return;
  throw new CliError('OPTION_INVALID', 'the summary would be signed by a signer of the release itself, and no policy accepts that', {
    hint: 'Let the stage that verifies have a key or an identity of its own: capsule keygen.',
  });
}
