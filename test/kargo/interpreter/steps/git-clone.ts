import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { Config } from '../config.ts';
import { createRemoteBranch, hasRemoteBranch, runGit } from '../git.ts';
import { secureJoin } from '../secure-join.ts';
import { failed, type StepContext, type StepResult } from '../step.ts';

/** Checks out branches of one repository. Source: Kargo v1.11.2, pkg/promotion/runner/builtin/git_cloner.go. */
export async function gitClone({ config: raw, workDir }: StepContext): Promise<StepResult> {
  const config = new Config('git-clone', raw).without('recurseSubmodules', 'insecureSkipTLSVerify');
  assertAliasesDiffer(config.list('checkout'));
  const home = mkdtempSync(join(workDir, 'repo-'));
  const repository = join(home, 'repo');
  runGit(home, 'clone', '--bare', config.text('repoURL'), repository);
  const commits = config.list('checkout').map((checkout) => checkOut(repository, workDir, checkout));
  return { status: 'Succeeded', output: { commits: Object.fromEntries(commits) } };
}

function checkOut(repository: string, workDir: string, raw: unknown): readonly [name: string, commit: string] {
  const checkout = new Config('git-clone', raw);
  const [branch, commit, tag] = ['branch', 'commit', 'tag'].map((key) => checkout.optionalText(key));
  if (branch) ensureBranch(repository, branch, checkout.flag('create'));
  const path = secureJoin(workDir, checkout.text('path'));
  // Without any, git is given an empty name, which it refuses: no default branch is checked out, whatever the documentation says.
  runGit(repository, 'worktree', 'add', path, branch || commit || tag || '');
  const sparse = checkout.texts('sparse');
  if (sparse.length > 0) runGit(path, 'sparse-checkout', 'set', '--cone', ...sparse);
  return [checkout.optionalText('as') || checkout.text('path'), runGit(path, 'rev-parse', 'HEAD').trim()];
}

function assertAliasesDiffer(checkouts: readonly unknown[]): void {
  const aliases = checkouts.map((checkout) => new Config('git-clone', checkout).optionalText('as') || undefined);
  const at = aliases.findIndex((alias, index) => alias !== undefined && aliases.indexOf(alias) < index);
  if (at >= 0) throw failed(`duplicate checkout alias "${aliases[at]}" at checkout[${at}]`);
}

function ensureBranch(repository: string, branch: string, create: boolean): void {
  if (hasRemoteBranch(repository, branch)) return;
  const missing = `remote branch "${branch}" does not exist; set create=true`;
  if (!create) throw new Error(`error ensuring existence of remote branch ${branch}: ${missing}`);
  createRemoteBranch(repository, branch);
}
