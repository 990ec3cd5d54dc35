import { execFileSync } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const identity = { NAME: 'Example', EMAIL: 'example@example.com', DATE: '2026-01-02T03:04:05Z' };
const roles = ['AUTHOR', 'COMMITTER'].flatMap((role) => Object.entries(identity).map(([key, value]) => [`GIT_${role}_${key}`, value]));

/** Makes a Git repository of `examples/hello-app` with one commit, the same on every machine; once. */
export function makeRepository(directory: string): void {
  if (existsSync(join(directory, '.git'))) return;
  cpSync(fileURLToPath(new URL('../hello-app', import.meta.url)), directory, { recursive: true });
  const env = { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: devNull, GIT_CONFIG_NOSYSTEM: '1', ...Object.fromEntries(roles) };
  const git = (...args: readonly string[]): unknown => execFileSync('git', args, { cwd: directory, env });
  git('init', '--quiet', '--initial-branch=main');
  git('remote', 'add', 'origin', 'https://github.com/example/hello.git');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'Say hello');
}
