import { checks, parseStages } from './check-answers.ts';
import type { KargoAnswers } from './init-answers.ts';
import type { InitFlags } from './init-flags.ts';
import { type Interview, suggested } from './interview.ts';

/** What is known before Kargo is asked about. */
export interface KargoFacts {
  readonly name: string;
  readonly repoURL: string | undefined;
}

const usualStages = 'staging,review,production';

/** Finds out or asks how Kargo promotes the release; nothing where it does not. */
export async function askKargo(
  flags: InitFlags,
  { name, repoURL }: KargoFacts,
  interview: Interview,
): Promise<KargoAnswers | undefined> {
  if (flags.kargo === false) return undefined;
  const project = flags.kargoProject ?? name.replaceAll(/[._]+/g, '-').slice(0, 63);
  const warehouse = flags.warehouse ?? 'capsules';
  if (name !== '') checks.resource(project);
  checks.resource(warehouse);
  const stages = await interview.answer({
    flag: '--stages NAMES',
    label: "Kargo's stages, in order",
    given: flags.stages,
    known: suggested(usualStages),
    check: checks.stages,
  });
  const gitopsRepo = await interview.answer({
    flag: '--gitops-repo URL',
    label: 'The repository of the rendered branches',
    given: flags.gitopsRepo,
    known: suggested(repoURL),
    check: checks.url,
  });
  return { project, warehouse, stages: stages === '' ? [] : parseStages(stages), gitopsRepo };
}
