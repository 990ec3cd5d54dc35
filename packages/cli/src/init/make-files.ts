import { ciFiles } from './hosting.ts';
import type { InitAnswers } from './init-answers.ts';
import type { InitFile } from './init-file.ts';
import { capsuleYaml } from './templates/capsule-yaml.ts';
import { gitHubWorkflow } from './templates/github-workflow.ts';
import { gitLabJob } from './templates/gitlab-job.ts';
import type { FoundProgram } from './program/find-program.ts';
import { programLock, programManifest } from './program/program-files.ts';
import { kargoManifests } from './templates/kargo-manifests.ts';
import { policyFile, policyYaml } from './templates/policy-yaml.ts';

/**
 * Makes every file of a set-up, in the order in which people meet them. Without a program that is locked by its hash there
 * is no job: it would run any package that a stranger publishes under that name.
 */
export function makeFiles(answers: InitAnswers, program: FoundProgram | undefined): readonly InitFile[] {
  return [
    { path: 'capsule.yaml', text: capsuleYaml(answers) },
    ...(program?.state === 'locked' ? [...ciFile(answers), programManifest, programLock(program.integrity)] : []),
    { path: policyFile, text: policyYaml(answers) },
    ...kargoManifests(answers),
  ];
}

function ciFile(answers: InitAnswers): readonly InitFile[] {
  if (answers.ci === 'none') return [];
  const make = answers.ci === 'github' ? gitHubWorkflow : gitLabJob;
  return [{ path: ciFiles[answers.ci].written, text: make(answers) }];
}
