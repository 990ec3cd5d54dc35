import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceRoot } from '../bootstrap/workspace.mjs';

// Fixed names and times: the demo's commit, and so its capsule's digest, are the same on every machine.
// Nothing else of the environment: in a Git hook, GIT_DIR names the caller's own repository.
const env = {
  PATH: process.env.PATH,
  GIT_AUTHOR_NAME: 'Demo',
  GIT_AUTHOR_EMAIL: 'demo@example.com',
  GIT_AUTHOR_DATE: '2026-01-02T03:04:05Z',
  GIT_COMMITTER_NAME: 'Demo',
  GIT_COMMITTER_EMAIL: 'demo@example.com',
  GIT_COMMITTER_DATE: '2026-01-02T03:04:05Z',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
};

/** Makes a Git repository of the project's example application, with one commit. */
export function makeRepository(parent, name, message) {
  const directory = join(parent, name);
  mkdirSync(directory);
  cpSync(join(workspaceRoot, 'examples', 'hello-app'), directory, { recursive: true });
  const git = (...args) => execFileSync('git', args, { cwd: directory, env, encoding: 'utf8' });
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--quiet', '--message', message);
  return { directory, commit: git('rev-parse', 'HEAD').trim() };
}
