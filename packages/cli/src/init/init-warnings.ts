import { isInGitLabRegistry } from './capsule-repository.ts';
import { docLink } from './doc-link.ts';
import { hostingOf } from './hosting.ts';
import type { InitAnswers } from './init-answers.ts';
import type { FoundProgram } from './program/find-program.ts';

/** Something that a person should know about a set-up. */
export interface InitWarning {
  readonly code: 'PROGRAM_NOT_LOCKED' | 'REGISTRY_MAY_REFUSE';
  readonly message: string;
  readonly hint: string;
  /** The page that explains it. */
  readonly link: string;
}

/** Lists what stands in the way of the first release. */
export function initWarnings(answers: InitAnswers, program: FoundProgram | undefined): readonly InitWarning[] {
  return [
    ...(program?.state === 'missing' ? [notLocked(answers, program)] : []),
    ...(goesToGitLab(answers) ? [mayRefuse] : []),
  ];
}

function notLocked({ ci }: InitAnswers, { why, isForeign }: Extract<FoundProgram, { state: 'missing' }>): InitWarning {
  const again = `Run capsule init --ci ${ci} again when npm can get it.`;
  const beware = 'Do not install that package: find out who published it. A capsule that you built yourself is not the released one.';
  const link = docLink('ci.md#the-program-that-signs');
  return { code: 'PROGRAM_NOT_LOCKED', message: `no CI job is written: ${why}`, hint: isForeign ? beware : again, link };
}

function goesToGitLab({ capsule, repoURL, ci }: InitAnswers): boolean {
  const hosting = hostingOf(repoURL);
  return isInGitLabRegistry(capsule, hosting, (hosting.ci ?? ci) === 'gitlab');
}

const mayRefuse: InitWarning = {
  code: 'REGISTRY_MAY_REFUSE',
  message: "GitLab's registry may refuse the capsule: it takes known types only",
  hint: 'Keep the capsule in a registry that takes OCI artifacts of any type: --capsule REGISTRY/REPOSITORY.',
  link: docLink('ci.md#gitlab-ci'),
};
