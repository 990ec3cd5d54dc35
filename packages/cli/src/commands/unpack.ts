import { resolve } from 'node:path';
import { requirementsOf, unpackCapsule, type VerdictReport } from '@release-capsule/verifier';
import { exitStatus } from '../exit-status.ts';
import { refuseSeveralMissing, wasGiven } from '../input/missing-options.ts';
import { requiredOption } from '../input/option-values.ts';
import { declareVerifyOptions, isVerbose, neededToVerify, verifyArguments, type VerifyFlags } from '../input/verify-arguments.ts';
import { stepOutputsFile, unpackedOutputs, writeStepOutputs } from '../output/step-outputs.ts';
import { alignRows, count } from '../output/table.ts';
import { verdictLines } from '../output/verdict-lines.ts';
import type { CommandModule } from '../run-command.ts';
import { runVerification } from '../run-verification.ts';

interface UnpackFlags extends VerifyFlags {
  readonly output?: string;
  readonly replace?: boolean;
  readonly durable?: boolean;
  readonly outputs?: string;
}

const example = `
Example:
  capsule unpack --freight freight.yaml --policy capsule-policy.yaml \\
    --output ./release
  kustomize build ./release/package/kustomize/base

A refused capsule is never unpacked, whatever the policy's mode. The directory
appears whole or not at all.`;

/** `capsule unpack`: verifies first, always; then puts what was accepted on disk. */
export const unpackCommand: CommandModule = {
  name: 'unpack',
  declare(command, act) {
    declareVerifyOptions(command)
      .description('Verify a capsule and, if it is accepted, unpack it.')
      .option('--output <dir>', 'the directory to make')
      .option('--replace', 'replace the directory if it is an unpacked capsule')
      .option('--durable', 'flush everything to the disk before the directory appears')
      .option('--outputs <file>', 'append what later steps need, as key=value lines; env://KARGO_OUTPUT: the file that it names')
      .addHelpText('after', example);
    act<UnpackFlags>(async ([reference], flags, run) => {
      refuseSeveralMissing([{ flag: '--output DIR', isGiven: wasGiven(flags.output) }, ...neededToVerify(flags)]);
      const { context, output } = run;
      const directory = resolve(context.cwd, requiredOption(flags.output, '--output DIR'));
      const outputsFile = flags.outputs === undefined ? undefined : stepOutputsFile(flags.outputs, context);
      const args = await verifyArguments(reference, flags, context);
      const verdict = await runVerification(args, run);
      const requirements = requirementsOf(args.policy);
      const use = { isSoftened: false, isVerbose: isVerbose(flags), requirements, isTerminal: output.isTerminal };
      const lines = verdictLines(verdict.report, output.style, use);
      if (!verdict.accepted) {
        output.result({ verdict: verdict.report }, [...lines, '', ...nothingUnpacked(verdict.report)]);
        return verdict.outcome === 'refused' ? exitStatus.refused : exitStatus.undetermined;
      }
      await using capsule = verdict.capsule;
      output.step('Unpacking');
      const unpacked = await unpackCapsule(capsule, directory, {
        replace: flags.replace ?? false,
        durable: flags.durable ?? false,
        signal: context.signal,
      });
      if (outputsFile !== undefined) await writeStepOutputs(outputsFile, unpackedOutputs(verdict.report, unpacked, context));
      const rows = alignRows([['directory', unpacked.directory], ['package', output.style.cyan(unpacked.packageDirectory)]], '  ');
      output.result({ verdict: verdict.report, ...unpacked }, [
        ...lines,
        `${output.style.green('✔')} unpacked ${count(unpacked.files, 'file')}`,
        ...rows,
      ]);
      return exitStatus.ok;
    });
  },
};

function nothingUnpacked({ enforced }: VerdictReport): readonly string[] {
  const audit = enforced ? [] : ['  audit mode softens capsule verify alone: what is not accepted is never unpacked.'];
  return ['  nothing was unpacked.', ...audit];
}
