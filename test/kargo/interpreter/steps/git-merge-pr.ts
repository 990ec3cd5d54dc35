import { Config } from '../config.ts';
import { parseDuration } from '../duration.ts';
import type { PullRequest, PullRequests } from '../pull-requests.ts';
import { failed, type StepContext, type StepResult } from '../step.ts';

/**
 * Merges a pull request, at once or as soon as its host lets it. Whatever goes wrong is final.
 * Source: Kargo v1.11.2, pkg/promotion/runner/builtin/git_pr_merger.go.
 */
export async function gitMergePullRequest({ config: raw, services: { pullRequests } }: StepContext): Promise<StepResult> {
  const config = new Config('git-merge-pr', raw).without('mergeMethod', 'provider', 'insecureSkipTLSVerify');
  const id = config.integer('prNumber');
  const { state, commit } = merge(pullRequests, id);
  if (state === 'merged') return { status: 'Succeeded', output: { commit } };
  if (!config.flag('wait')) throw failed(`pull request ${id} is not ready to merge and wait is disabled`);
  return { status: 'Running', retryAfter: parseDuration(config.optionalText('pollInterval') ?? '10s') };
}

function merge(pullRequests: PullRequests, id: number): PullRequest {
  try {
    return pullRequests.merge(id);
  } catch (error) {
    throw failed(`error merging pull request ${id}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
