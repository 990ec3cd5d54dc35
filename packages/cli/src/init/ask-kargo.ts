import type { PackageKind } from '@release-capsule/schema';
import { checks, parseStages } from './check-answers.ts';
import { checkEntryThere } from './check-package.ts';
import type { EarlierSetUp } from './earlier-set-up.ts';
import { findEntry } from './entry-candidates.ts';
import type { KargoAnswers } from './init-answers.ts';
import type { InitFlags } from './init-flags.ts';
import type { Interview } from './interview.ts';
import { found, suggested } from './question.ts';

/** What is known before Kargo is asked about. */
export interface KargoFacts {
  readonly name: string;
  readonly repoURL: string | undefined;
  readonly earlier: EarlierSetUp;
  readonly packagePath: string;
  readonly packageKind: PackageKind;
  /** The repository's. */
  readonly files: readonly string[];
}

const usualStages = 'staging,review,production';

/** Finds out or asks how Kargo promotes the release; nothing where it does not. */
export async function askKargo(
  flags: InitFlags,
  facts: KargoFacts,
  interview: Interview,
): Promise<KargoAnswers | undefined> {
  const { name, repoURL, earlier } = facts;
  if (flags.kargo === false || (earlier.isWithoutKargo && !namesKargo(flags))) return undefined;
  const project = flags.kargoProject ?? earlier.project ?? name.replaceAll(/[._]+/g, '-').slice(0, 63);
  const warehouse = flags.warehouse ?? earlier.warehouse ?? 'capsules';
  if (name !== '') checks.resource(project);
  checks.resource(warehouse);
  const entry = await askEntry(flags, facts, interview);
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
  return { project, warehouse, stages: stages === '' ? [] : parseStages(stages), gitopsRepo, ...(entry !== undefined && { entry }) };
}

/** Whether an option is about Kargo: it is wanted then, also if an earlier run did without it. */
function namesKargo({ kargoProject, warehouse, stages, gitopsRepo, entry }: InitFlags): boolean {
  return [kargoProject, warehouse, stages, gitopsRepo, entry].some((flag) => flag !== undefined);
}

/** A chart is rendered as a whole; where the package is not known yet, nothing in it is. */
async function askEntry(flags: InitFlags, facts: KargoFacts, interview: Interview): Promise<string | undefined> {
  const { packagePath, packageKind, earlier, files } = facts;
  if (packageKind !== 'kustomize' || packagePath === '') return undefined;
  return interview.answer({
    flag: '--entry DIR',
    label: 'The directory in the package that Kargo renders',
    given: flags.entry?.replace(/^(?:\.\/)+(?=.)/, '').replace(/(?<=.)\/+$/, ''),
    known: earlier.entry === undefined ? findEntry(files, packagePath) : found(earlier.entry),
    check: (text) => {
      checks.entry(text);
      checkEntryThere(text, packagePath, files);
    },
  });
}
