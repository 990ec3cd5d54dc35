import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runGit } from './git.ts';

/** Whether a repository has a branch. */
export function hasBranch(repoURL: string, branch: string): boolean {
  return runGit(pathOf(repoURL), 'for-each-ref', `refs/heads/${branch}`) !== '';
}

/** Whether two branches of a repository hold the same files, whatever led to them. */
export function holdTheSame(repoURL: string, one: string, other: string): boolean {
  const tree = (branch: string): string => runGit(pathOf(repoURL), 'rev-parse', `refs/heads/${branch}^{tree}`);
  return tree(one) === tree(other);
}

/** @throws {Error} where a branch cannot be merged into another, as hosts say when somebody asks them to. */
export function assertRelated(repoURL: string, source: string, target: string): void {
  try {
    runGit(pathOf(repoURL), 'merge-base', `refs/heads/${source}`, `refs/heads/${target}`);
  } catch (error) {
    throw new Error(`The ${source} branch has no history in common with ${target}`, { cause: error });
  }
}

/** @throws {Error} if a branch brings no commit that another does not have, as GitHub says. */
export function assertAhead(repoURL: string, source: string, target: string): void {
  const commits = runGit(pathOf(repoURL), 'rev-list', '--max-count=1', `refs/heads/${source}`, `^refs/heads/${target}`);
  if (commits === '') throw new Error(`No commits between ${target} and ${source}`);
}

/**
 * Merges a branch into another, with a commit of its own, and returns that.
 * @throws {Error} where they conflict.
 */
export function mergeBranch(repoURL: string, source: string, target: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'capsule-test-'));
  try {
    runGit(directory, 'clone', '--branch', target, repoURL, 'clone');
    const clone = join(directory, 'clone');
    runGit(clone, 'merge', '--no-ff', '-m', `Merge ${source}`, `origin/${source}`);
    runGit(clone, 'push', 'origin', `HEAD:refs/heads/${target}`);
    return runGit(clone, 'rev-parse', 'HEAD').trim();
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function pathOf(repoURL: string): string {
  return fileURLToPath(new URL(repoURL));
}
