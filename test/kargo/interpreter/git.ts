import { execFileSync } from 'node:child_process';

const identity = { NAME: 'Kargo', EMAIL: 'no-reply@kargo.example' };

/** Runs git in a directory with a home of its own, as Kargo does. Source: Kargo v1.11.2, pkg/controller/git/base_repo.go. */
export function runGit(directory: string, ...args: readonly string[]): string {
  const env = { PATH: process.env['PATH'], HOME: '/nonexistent', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', ...people };
  try {
    return execFileSync('git', args, { cwd: directory, env, stdio: ['ignore', 'pipe', 'pipe'] }).toString();
  } catch (error) {
    throw new Error(`git ${args.join(' ')} failed: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** Whether a repository that is reached from here has a branch. */
export function hasRemoteBranch(directory: string, branch: string): boolean {
  return runGit(directory, 'ls-remote', '--heads', 'origin', `refs/heads/${branch}`) !== '';
}

/**
 * Makes an empty branch at the remote. Source: git_cloner.go, ensureRemoteBranch, which does it in an orphaned work tree: git before
 * 2.42 has none.
 */
export function createRemoteBranch(repository: string, branch: string): void {
  const emptyTree = runGit(repository, 'hash-object', '-t', 'tree', '-w', '/dev/null').trim();
  const commit = runGit(repository, 'commit-tree', emptyTree, '-m', 'Initial commit').trim();
  runGit(repository, 'update-ref', `refs/heads/${branch}`, commit);
  runGit(repository, 'push', 'origin', `refs/heads/${branch}`);
}

const people = Object.fromEntries(
  ['AUTHOR', 'COMMITTER'].flatMap((who) => Object.entries(identity).map(([what, value]) => [`GIT_${who}_${what}`, value])),
);
