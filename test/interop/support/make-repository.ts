import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The directory of the whole project. */
export const workspace: string = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * Makes a Git repository of copies, target to directory of the project, with one commit. Always under the same name
 * and time: the commit's id, which is returned, is the same on every machine.
 */
export function makeRepository(repository: string, copies: Readonly<Record<string, string>>): string {
  for (const [target, source] of Object.entries(copies)) {
    cpSync(join(workspace, source), join(repository, target), { recursive: true });
  }
  runGit(repository, 'init', '--quiet', '--initial-branch=main');
  runGit(repository, 'add', '--all');
  runGit(repository, 'commit', '--quiet', '--message', 'Release');
  return runGit(repository, 'rev-parse', 'HEAD').trim();
}

/** Runs git with a fixed identity and none of the user's settings. */
export function runGit(repository: string, ...args: readonly string[]): string {
  const who = { NAME: 'Interop', EMAIL: 'interop@example.com', DATE: '2026-01-02T03:04:05Z' };
  const identity = Object.entries(who).flatMap(([key, value]) => [
    [`GIT_AUTHOR_${key}`, value],
    [`GIT_COMMITTER_${key}`, value],
  ]);
  const settings = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', PATH: process.env['PATH'] };
  const env = { ...settings, ...Object.fromEntries(identity) };
  return execFileSync('git', ['-C', repository, ...args], { env, encoding: 'utf8' });
}
