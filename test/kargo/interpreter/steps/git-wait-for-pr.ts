import { Config } from '../config.ts';
import { parseDuration } from '../duration.ts';
import { failed, type StepContext, type StepResult } from '../step.ts';

/**
 * Waits until a pull request is merged; how it stands is its output all the while.
 * Source: Kargo v1.11.2, pkg/promotion/runner/builtin/git_pr_waiter.go.
 */
export async function gitWaitForPullRequest({ config: raw, services: { pullRequests } }: StepContext): Promise<StepResult> {
  const config = new Config('git-wait-for-pr', raw);
  const { id, url, state, commit } = pullRequests.look(config.integer('prNumber'));
  const output = { pr: { id, url, open: state === 'open', merged: state === 'merged' }, ...(commit !== undefined && { commit }) };
  if (state === 'open') return { status: 'Running', output, retryAfter: parseDuration(config.optionalText('pollInterval') ?? '30s') };
  if (state === 'merged') return { status: 'Succeeded', output };
  throw failed(`pull request ${id} was closed without being merged`, output);
}
