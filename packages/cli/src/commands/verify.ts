import { declareVerifyOptions, verifyArguments, type VerifyFlags } from '../input/verify-arguments.ts';
import { verdictLines } from '../output/verdict-lines.ts';
import type { CommandModule } from '../run-command.ts';
import { runVerification, statusOfVerdict } from '../run-verification.ts';

const example = `
Example:
  kubectl get freight NAME -o json | capsule verify --freight - --policy capsule-policy.yaml
  capsule verify oci:./capsules:git-... --image ghcr.io/example/app:git-...@sha256:... --name app --key cosign.pub

Exit status: 0 accepted, 1 refused, 2 usage, 3 could not tell (try again), 4 malfunction.`;

/** `capsule verify`: judges a capsule, and says of every claim what was found. */
export const verifyCommand: CommandModule = {
  name: 'verify',
  declare(command, act) {
    declareVerifyOptions(command)
      .description('Judge a capsule against a Freight and a policy. Nothing is unpacked.')
      .option('--explain', 'look at every signature, and say what became of each; the answer stays the same')
      .addHelpText('after', example);
    act<VerifyFlags>(async ([reference], flags, run) => {
      const verdict = await runVerification(await verifyArguments(reference, flags, run.context), run);
      if (verdict.accepted) await verdict.capsule.close();
      run.output.result(verdict.report, verdictLines(verdict.report, run.output.style));
      return statusOfVerdict(verdict);
    });
  },
};
