import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { parse } from 'node:path';
import { absoluteSearchPath } from '@release-capsule/oci';
import { PackError } from '../errors.ts';

/** A repository, and the environment that git is looked for in. */
export interface GitRepository {
  /** Absolute path of the git directory, or of a worktree's `.git` file. */
  readonly gitDirectory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Starts git on a repository that is not trusted, with read-only plumbing in mind. Nothing of the caller's environment
 * reaches git but the PATH, no configuration but the repository's own, and of that nothing that could run a program.
 *
 * The repository is named by `--git-dir`, so git looks for no other and does not ask who owns this one: a CI container
 * that runs as another user works without `safe.directory`. That check guards against hooks, monitors and aliases of
 * foreign repositories; `cat-file`, `rev-parse` and `config --get` run none of them, and they are switched off besides.
 */
export function spawnGit(
  repository: GitRepository,
  args: readonly string[],
  signal?: AbortSignal,
): ChildProcessWithoutNullStreams {
  return spawn('git', [...hardenedOptions(repository.gitDirectory), ...args], {
    // Not the repository: a relative entry of the PATH must not find a program there.
    cwd: parse(repository.gitDirectory).root,
    env: hardenedEnvironment(repository.env),
    stdio: 'pipe',
    windowsHide: true,
    ...(signal === undefined ? {} : { signal }),
  });
}

function hardenedOptions(gitDirectory: string): readonly string[] {
  const settings = [
    'core.fsmonitor=false',
    'core.hooksPath=/dev/null',
    'core.pager=cat',
    'core.commitGraph=false', // a second opinion on a commit's parents, which no hash covers
    'core.useReplaceRefs=false',
    'core.sshCommand=false',
    'credential.helper=',
    'protocol.allow=never',
  ];
  return ['--no-pager', `--git-dir=${gitDirectory}`, ...settings.flatMap((setting) => ['-c', setting])];
}

function hardenedEnvironment(env: GitRepository['env']): Record<string, string> {
  const searchPath = env['PATH'] ?? env['Path'];
  const kept = Object.entries({ PATH: searchPath && absoluteSearchPath(searchPath), SystemRoot: env['SystemRoot'] });
  return {
    ...Object.fromEntries(kept.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_GRAFT_FILE: '/dev/null', // grafts change what `HEAD~1` means
    // A partial clone would fetch what it lacks. Older git knows only the second way to forbid it.
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
  };
}

/** Explains why git could not be started. */
export function gitNotStarted(cause: unknown): PackError {
  return new PackError('GIT_UNAVAILABLE', 'git could not be started', {
    hint: 'Install git and put it on the PATH, or pack a plain directory with --directory, --commit and --created.',
    cause,
  });
}

/** Makes git's own words fit for a message: one line, bounded, no control characters, no credentials in addresses. */
export function quoteGit(stderr: string): string {
  const redacted = stderr.slice(0, maxQuoted).replaceAll(/\/\/[^\s/]*@/g, '//***@');
  const line = redacted.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return line === '' ? 'git says nothing' : `git says ${JSON.stringify(line)}`;
}

const maxQuoted = 500; // characters; what matters stands at the front
