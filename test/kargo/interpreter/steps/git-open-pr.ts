import { Config } from '../config.ts';
import { hasBranch, holdTheSame } from '../git-host.ts';
import type { StepContext, StepResult } from '../step.ts';

/**
 * Opens a pull request, or adopts the one that is open. It makes no branch; where nothing differs it is skipped, and has no output.
 * Source: Kargo v1.11.2, pkg/promotion/runner/builtin/git_pr_opener.go.
 */
export async function gitOpenPullRequest({ config: raw, services: { pullRequests } }: StepContext): Promise<StepResult> {
  const config = new Config('git-open-pr', raw).without('provider', 'labels', 'insecureSkipTLSVerify');
  const [repoURL, source, target] = [config.text('repoURL'), config.text('sourceBranch'), config.text('targetBranch')];
  if (!hasBranch(repoURL, source)) throw new Error(`error cloning ${repoURL}: Remote branch ${source} not found in upstream origin`);
  const title = config.optionalText('title') ?? '';
  const adopted = pullRequests.find(source, target);
  if (adopted === undefined && !hasBranch(repoURL, target)) throw new Error(`target branch "${target}" does not exist`);
  if (adopted === undefined && holdTheSame(repoURL, source, target)) return { status: 'Skipped' };
  const { id, url } = adopted ?? pullRequests.open({ repoURL, source, target, title });
  return { status: 'Succeeded', output: { pr: { id, url } } };
}
