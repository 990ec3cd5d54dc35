import { Config } from '../config.ts';
import type { StepContext, StepResult } from '../step.ts';

/** Opens a pull request, or adopts the one that is there. Source: Kargo v1.11.2, pkg/promotion/runner/builtin/git_pr_opener.go. */
export async function gitOpenPullRequest({ config: raw, services: { pullRequests } }: StepContext): Promise<StepResult> {
  const config = new Config('git-open-pr', raw);
  const [repoURL, source, target] = [config.text('repoURL'), config.text('sourceBranch'), config.text('targetBranch')];
  const title = config.optionalText('title') ?? '';
  const { id } = pullRequests.find(source, target) ?? pullRequests.open({ repoURL, source, target, title });
  return { status: 'Succeeded', output: { pr: { id, url: `${repoURL}/pull/${id}` } } };
}
