import { Config } from '../config.ts';
import { runGit } from '../git.ts';
import { secureJoin } from '../secure-join.ts';
import type { StepContext, StepResult } from '../step.ts';

/** Commits everything, where anything has changed. Source: Kargo v1.11.2, pkg/promotion/runner/builtin/git_commiter.go. */
export async function gitCommit({ config: raw, workDir }: StepContext): Promise<StepResult> {
  const config = new Config('git-commit', raw).without('author');
  const path = secureJoin(workDir, config.text('path'));
  runGit(path, 'add', '.');
  const hasChanged = runGit(path, 'status', '-s') !== '';
  if (hasChanged) runGit(path, 'commit', '-m', config.text('message'));
  return { status: hasChanged ? 'Succeeded' : 'Skipped', output: { commit: runGit(path, 'rev-parse', 'HEAD').trim() } };
}
