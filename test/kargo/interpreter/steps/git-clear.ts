import { Config } from '../config.ts';
import { runGit } from '../git.ts';
import { secureJoin } from '../secure-join.ts';
import type { StepContext, StepResult } from '../step.ts';

/**
 * Removes what a directory of a work tree holds. git runs in that directory, so one that is not there is an error.
 * Source: Kargo v1.11.2, pkg/promotion/runner/builtin/git_tree_clearer.go; pkg/controller/git/work_tree.go, LoadWorkTree, Clear.
 */
export async function gitClear({ config: raw, workDir }: StepContext): Promise<StepResult> {
  const path = secureJoin(workDir, new Config('git-clear', raw).text('path'));
  runGit(path, 'add', '.');
  runGit(path, 'rm', '-rf', '--ignore-unmatch', '.');
  return { status: 'Succeeded' };
}
