import { requirementsOf, type Verdict } from '@release-capsule/verifier';
import { declareSummaryOptions, type SummaryFlags, type SummaryRequest, summaryRequest } from '../input/summary-flags.ts';
import { declareVerifyOptions, isVerbose, type VerifyArguments, verifyArguments, type VerifyFlags } from '../input/verify-arguments.ts';
import { verdictLines } from '../output/verdict-lines.ts';
import type { CommandModule, CommandRun } from '../run-command.ts';
import { runVerification, statusOfVerdict } from '../run-verification.ts';
import type { AttachedSummary, SummarySigner } from '../summary/sign-summary.ts';

const example = `
Example:
  kubectl get freight NAME -o json |
    capsule verify --freight - --policy capsule-policy.yaml
  capsule verify oci:./capsules:git-... --name app --key cosign.pub \\
    --image ghcr.io/example/app:git-...@sha256:...
  capsule verify --freight freight.json --policy test.yaml \\
    --summary --stage test --summary-key test.key

Exit status: 0 accepted, 1 refused, 2 usage, 3 undetermined (see the hint),
4 malfunction.`;

/** `capsule verify`: judges a capsule, and says of every claim what was found. */
export const verifyCommand: CommandModule = {
  name: 'verify',
  declare(command, act) {
    declareSummaryOptions(declareVerifyOptions(command))
      .description('Judge a capsule against a Freight and a policy. Nothing is unpacked.')
      .option('--explain', 'look at every signature, and say what became of each; the answer stays the same')
      .addHelpText('after', example);
    act<VerifyFlags & SummaryFlags>(async ([reference], flags, run) => {
      const request = summaryRequest(flags);
      const args = await verifyArguments(reference, flags, run.context);
      const signSummary = request && (await summarySigner(request, args, run));
      const verdict = await runVerification(args, run);
      if (verdict.accepted) await verdict.capsule.close();
      const summary = await signSummary?.(verdict);
      const { isTerminal } = run.output;
      const requirements = requirementsOf(args.policy);
      const use = { isSoftened: !verdict.report.enforced, isVerbose: isVerbose(flags), requirements, isTerminal };
      run.output.result({ ...verdict.report, ...(summary !== undefined && { summary }) }, [
        ...verdictLines(verdict.report, run.output.style, use),
        ...(request === undefined ? [] : summaryLines(verdict, summary)),
      ]);
      return statusOfVerdict(verdict);
    });
  },
};

async function summarySigner(request: SummaryRequest, args: VerifyArguments, { context, output }: CommandRun): Promise<SummarySigner> {
  output.end(); // a prompt for the password must stand alone
  const { prepareSummary } = await import('../summary/sign-summary.ts');
  return prepareSummary(request, args, context);
}

function summaryLines({ accepted }: Verdict, summary: AttachedSummary | undefined): readonly string[] {
  if (summary !== undefined) return ['', `  summary for ${summary.stage}: ${summary.digest}`];
  return ['', accepted ? '  no summary: audit mode vouches for nothing' : '  no summary: the release is not accepted'];
}
