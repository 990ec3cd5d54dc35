import { Config } from '../config.ts';
import { hasRemoteBranch, runGit } from '../git.ts';
import { secureJoin } from '../secure-join.ts';
import type { StepContext, StepResult } from '../step.ts';

/**
 * Pushes the work tree's commit, rebased onto what the branch has by then.
 * Source: Kargo v1.11.2, pkg/promotion/runner/builtin/git_pusher.go; schemas/git-push-config.json.
 */
export async function gitPush({ config: raw, workDir, promotion }: StepContext): Promise<StepResult> {
  const config = new Config('git-push', raw).without('tag');
  const path = secureJoin(workDir, config.text('path'));
  const generated = config.flag('generateTargetBranch');
  const named = config.optionalText('targetBranch') ?? '';
  const branch = generated ? `kargo/promotion/${promotion}` : named || runGit(path, 'branch', '--show-current').trim();
  const force = generated || config.flag('force');
  if (!force && hasRemoteBranch(path, branch)) runGit(path, 'pull', '--rebase', 'origin', branch);
  runGit(path, 'push', 'origin', `HEAD:${branch.includes('/') ? `refs/heads/${branch}` : branch}`, ...(force ? ['--force'] : []));
  return { status: 'Succeeded', output: { branch, commit: runGit(path, 'rev-parse', 'HEAD').trim() } };
}
