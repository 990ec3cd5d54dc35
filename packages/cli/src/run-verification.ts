import { verifyCapsule, type Verdict, type VerifyStep } from '@release-capsule/verifier';
import type { VerifyArguments } from './input/verify-arguments.ts';
import type { CommandRun } from './run-command.ts';
import { type ExitStatus, exitStatus } from './exit-status.ts';

const stepTexts: Readonly<Record<VerifyStep, string>> = {
  manifest: 'Looking the capsule up',
  signature: 'Looking for signatures',
  image: 'Looking at the image',
  layer: 'Fetching the layer and judging its content',
};

/** Runs a verification for a command, with its progress. */
export async function runVerification(verifying: VerifyArguments, run: CommandRun): Promise<Verdict> {
  const { freight, policy, opened, openImage, deadlineMs, explain } = verifying;
  const { context, output } = run;
  const { reference } = opened;
  return verifyCapsule(opened.store, freight, policy, {
    capsule: {
      ...(reference.kind === 'registry' ? { repository: opened.place } : { layout: opened.place }),
      ...(reference.tag !== undefined && { tag: reference.tag }),
      ...(reference.digest !== undefined && { digest: reference.digest }),
    },
    openImage,
    now: context.now,
    temporaryDirectory: context.temporaryDirectory,
    deadlineMs,
    explain,
    onProgress: (step) => output.step(stepTexts[step]),
    signal: context.signal,
  });
}

/** The exit status of a verdict; a policy in audit mode softens it, and the text says so. */
export function statusOfVerdict(verdict: Verdict): ExitStatus {
  if (verdict.accepted || !verdict.report.enforced) return exitStatus.ok;
  return verdict.outcome === 'refused' ? exitStatus.refused : exitStatus.undetermined;
}
