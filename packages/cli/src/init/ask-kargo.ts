import { checks, parseStages } from './check-answers.ts';
import type { EarlierSetUp } from './earlier-set-up.ts';
import type { KargoAnswers } from './init-answers.ts';
import type { InitFlags } from './init-flags.ts';
import type { Interview } from './interview.ts';
import { found, suggested } from './question.ts';

/** What is known before Kargo is asked about. */
export interface KargoFacts {
  readonly name: string;
  readonly repoURL: string | undefined;
  readonly earlier: EarlierSetUp;
}

const usualStages = 'staging,review,production';

/** Finds out or asks how Kargo promotes the release; nothing where it does not. */
export async function askKargo(
  flags: InitFlags,
  { name, repoURL, earlier }: KargoFacts,
  interview: Interview,
): Promise<KargoAnswers | undefined> {
  if (flags.kargo === false) return undefined;
  const project = flags.kargoProject ?? earlier.project ?? name.replaceAll(/[._]+/g, '-').slice(0, 63);
  const warehouse = flags.warehouse ?? earlier.warehouse ?? 'capsules';
  if (name !== '') checks.resource(project);
  checks.resource(warehouse);
  const stages = await interview.answer({
    flag: '--stages NAMES',
    label: "Kargo's stages, in order",
    given: flags.stages,
    known: earlier.stages === undefined ? suggested(usualStages) : found(earlier.stages),
    check: checks.stages,
  });
  const gitopsRepo = await interview.answer({
    flag: '--gitops-repo URL',
    label: 'The repository of the rendered branches',
    given: flags.gitopsRepo,
    known: earlier.gitopsRepo === undefined ? suggested(repoURL) : found(earlier.gitopsRepo),
    check: checks.gitopsRepo,
  });
  return { project, warehouse, stages: stages === '' ? [] : parseStages(stages), gitopsRepo };
}
