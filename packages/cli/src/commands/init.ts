import { exitStatus } from '../exit-status.ts';
import { askCi } from '../init/ask-ci.ts';
import { askKargo } from '../init/ask-kargo.ts';
import { askRelease } from '../init/ask-release.ts';
import type { InitAnswers } from '../init/init-answers.ts';
import { declareInitOptions, type InitFlags } from '../init/init-flags.ts';
import { initLines } from '../init/init-lines.ts';
import { Interview } from '../init/interview.ts';
import { keepConfig } from '../init/keep-config.ts';
import { keepPolicy } from '../init/keep-policy.ts';
import { lockSetUp } from '../init/lock-set-up.ts';
import { makeFiles } from '../init/make-files.ts';
import { planFiles } from '../init/plan-files.ts';
import { type Survey, surveyRepository } from '../init/survey-repository.ts';
import { writePlan } from '../init/write-plan.ts';
import type { CommandModule, CommandRun } from '../run-command.ts';

const example = `
Example:
  capsule init                                     in a clone: finds out what it can, and asks for the rest
  capsule init --yes --dry-run                     shows what it would write, and asks nothing
  capsule init --yes --audit --stages staging,review,production

What it cannot find out it asks, or takes from an option. A file that exists is overwritten with --force
alone; a second run changes nothing. docs/ci.md explains each file.`;

/** `capsule init`: sets a repository up, with what it finds out and asks. */
export const initCommand: CommandModule = {
  name: 'init',
  declare(command, act) {
    declareInitOptions(command)
      .description("Set a repository up: capsule.yaml, the CI job, a policy and Kargo's manifests.")
      .addHelpText('after', example);
    act<InitFlags>(async (_args, flags, run) => {
      const { output, context } = run;
      output.step('Looking at the repository');
      const survey = await surveyRepository(flags, context);
      output.end(); // questions must stand alone
      const answers = await ask(flags, survey, run);
      const planned = await planFiles(survey.repository.root, makeFiles(answers));
      const files = keepPolicy(keepConfig(planned, survey.config, answers), survey.earlier.policy);
      const isDryRun = flags.dryRun ?? false;
      if (!isDryRun) await writePlan(files, { force: flags.force ?? false });
      output.step('Rendering the package');
      const lock = isDryRun ? undefined : await lockSetUp(survey.repository.root, context);
      const shown = files.map(({ path, state, text }) => ({ path, state, ...(isDryRun && { text }) }));
      const result = { written: !isDryRun, answers, files: shown, ...(lock !== undefined && { lock }) };
      output.result(result, initLines(answers, files, { isDryRun, lock, style: output.style }));
      return exitStatus.ok;
    });
  },
};

async function ask(flags: InitFlags, survey: Survey, { context, output }: CommandRun): Promise<InitAnswers> {
  const interview = new Interview(context, output, { takesSuggestions: flags.yes ?? false });
  const release = await askRelease(flags, survey, interview);
  const { signing, ...ci } = await askCi(flags, survey, interview);
  const { earlier, repository } = survey;
  const kargoFacts = { ...release, repoURL: ci.repoURL || undefined, earlier, files: repository.files };
  const kargo = await askKargo(flags, kargoFacts, interview);
  interview.throwIfMissing();
  const mode = (flags.audit ?? earlier.isAudit) ? 'audit' : 'enforce';
  return { ...release, ...ci, signing: signing(), mode, ...(kargo !== undefined && { kargo }) };
}
