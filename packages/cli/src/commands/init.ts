import { exitStatus } from '../exit-status.ts';
import { askCi } from '../init/ask-ci.ts';
import { askKargo } from '../init/ask-kargo.ts';
import { askRelease } from '../init/ask-release.ts';
import { confirm, type Plan } from '../init/confirm.ts';
import { docLink } from '../init/doc-link.ts';
import type { InitAnswers } from '../init/init-answers.ts';
import { declareInitOptions, type InitFlags } from '../init/init-flags.ts';
import { initLines, type InitLinesOptions, isSnippet } from '../init/init-lines.ts';
import { initWarnings } from '../init/init-warnings.ts';
import { Interview } from '../init/interview.ts';
import { keepConfig } from '../init/keep-config.ts';
import { keepPolicy } from '../init/keep-policy.ts';
import { lockSetUp } from '../init/lock-set-up.ts';
import { makeFiles } from '../init/make-files.ts';
import { type PlannedFile, planFiles } from '../init/plan-files.ts';
import { findProgram } from '../init/program/find-program.ts';
import { type Survey, surveyRepository } from '../init/survey-repository.ts';
import { refuseDifferent, writePlan } from '../init/write-plan.ts';
import type { CommandModule, CommandRun } from '../run-command.ts';

const example = `
Example:
  capsule init                  in a clone: finds out what it can, asks the rest
  capsule init --yes --dry-run  shows what it would write, and asks nothing
  capsule init --yes --audit --stages staging,review,production

What it cannot find out it asks, or takes from an option. Before it writes, it
shows the files and asks. A file that exists is overwritten only with --force;
a second run changes nothing. About each file:
  ${docLink('ci.md')}`;

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
      const { root } = survey.repository;
      output.step('Asking npm for the program that signs');
      const program = answers.ci === 'none' ? undefined : await findProgram(root, context);
      const planned = await planFiles(root, makeFiles(answers, program));
      const files = keepPolicy(keepConfig(planned, survey.config, answers), survey.earlier.policy);
      output.end();
      const warnings = initWarnings(answers, program);
      const outcome = await write({ answers, files, warnings }, flags, run);
      output.step('Rendering the package');
      const lock = isWritten(outcome) ? await lockSetUp(root, context) : undefined;
      const result = resultOf(answers, files, { outcome, program, lock, warnings });
      const { style } = output;
      const lines = initLines(answers, files, { outcome, force: flags.force ?? false, lock, program, warnings, style });
      output.result(result, lines, isSnippet);
      return exitStatus.ok;
    });
  },
};

type Outcome = InitLinesOptions['outcome'];

function isWritten(outcome: Outcome): boolean {
  return outcome === 'written' || outcome === 'confirmed';
}

async function write(plan: Plan, { dryRun = false, force = false, yes = false }: InitFlags, run: CommandRun): Promise<Outcome> {
  if (dryRun) return 'dry run';
  if (!force) refuseDifferent(plan.files);
  const answer = yes ? 'not asked' : await confirm(plan, force, run);
  if (answer === 'declined') return answer;
  await writePlan(plan.files);
  return answer === 'confirmed' ? answer : 'written';
}

function resultOf(
  answers: InitAnswers,
  files: readonly PlannedFile[],
  { outcome, program, lock, warnings }: Pick<InitLinesOptions, 'outcome' | 'program' | 'lock' | 'warnings'>,
): object {
  const shown = files.map(({ path, state, text }) => ({ path, state, ...(outcome === 'dry run' && { text }) }));
  return { written: isWritten(outcome), answers, files: shown, program, lock, warnings };
}

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
