import { basename, dirname } from 'node:path';
import { normaliseSourceUrl, quote, SchemaError } from '@release-capsule/schema';
import { assertArguments } from '../assert-arguments.ts';
import { PackError } from '../errors.ts';
import { findGitDirectory } from './find-git-directory.ts';
import { type GitRepository, quoteGit } from './git-command.ts';
import { readRemoteUrl } from './resolve-revision.ts';
import { runGit } from './run-git.ts';

/** Which repository to describe. */
export interface DescribeRepositoryOptions {
  /** A working tree, or any directory in it. */
  readonly directory: string;
  /** Where git is looked for; only its PATH is used. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
}

/** What a repository says of itself. */
export interface RepositoryFacts {
  /** Absolute path of the working tree's root. */
  readonly root: string;
  /** Where `origin` lies, as the record names it: with no credentials. Absent where there is none, or no such address. */
  readonly repoURL?: string;
  /** The branch that `origin` says is its own, or the one there is. */
  readonly defaultBranch?: string;
  readonly currentBranch?: string;
  /** Every plain file that git knows of, from the root: no links, no submodules. */
  readonly files: readonly string[];
}

const maxListBytes = 64 * 1024 * 1024; // half a million paths
const maxRefBytes = 64 * 1024; // names of branches

/**
 * Reads what a repository says of itself: its address, branches and files. Nothing is changed, no network is used, and
 * nothing that the repository configures is run.
 * @throws {PackError} `OPTION_INVALID`, `GIT_REPOSITORY_UNKNOWN`, `GIT_UNAVAILABLE`, `GIT_FAILED`.
 */
export async function describeRepository(options: DescribeRepositoryOptions): Promise<RepositoryFacts> {
  assertArguments({ options: { directory: 'text', env: 'environment', 'signal?': 'signal' } }, { options });
  const { directory, env, signal } = options;
  const gitDirectory = await findGitDirectory(directory, 'Name it with --repo, or run git init first.');
  if (basename(gitDirectory) !== '.git') throw bare(gitDirectory);
  const repository: GitRepository = { gitDirectory, env };
  const files = await listFiles(repository, signal);
  const repoURL = await readAddress(repository, signal);
  const currentBranch = await readBranch(repository, ['HEAD', 'refs/heads/'], signal);
  const defaultBranch = await findDefaultBranch(repository, signal);
  return {
    root: dirname(gitDirectory),
    ...(repoURL !== undefined && { repoURL }),
    ...(defaultBranch !== undefined && { defaultBranch }),
    ...(currentBranch !== undefined && { currentBranch }),
    files,
  };
}

async function listFiles(repository: GitRepository, signal?: AbortSignal): Promise<readonly string[]> {
  const result = await runGit(repository, ['ls-files', '--cached', '--stage', '-z'], { maxOutputBytes: maxListBytes, signal });
  if (result.status !== 0) {
    throw new PackError('GIT_FAILED', `git could not list the files of ${repository.gitDirectory}: ${quoteGit(result.stderr)}`);
  }
  const lines = result.stdout.toString('utf8').split('\0');
  // A name that is not UTF-8 can be in no capsule.
  return lines.flatMap((line) => /^100(?:644|755) [0-9a-f]+ 0\t([^\uFFFD]+)$/s.exec(line)?.[1] ?? []);
}

async function readAddress(repository: GitRepository, signal?: AbortSignal): Promise<string | undefined> {
  const remote = await readRemoteUrl(repository, signal);
  try {
    return remote === undefined ? undefined : normaliseSourceUrl(remote);
  } catch (error) {
    if (error instanceof SchemaError) return undefined; // a directory, say
    throw error;
  }
}

async function findDefaultBranch(repository: GitRepository, signal?: AbortSignal): Promise<string | undefined> {
  const ofOrigin = await readBranch(repository, ['refs/remotes/origin/HEAD', 'refs/remotes/origin/'], signal);
  if (ofOrigin !== undefined) return ofOrigin;
  const options = { maxOutputBytes: maxListBytes, signal };
  const { stdout } = await runGit(repository, ['for-each-ref', '--format=%(refname)', 'refs/heads/'], options);
  const branches = stdout.toString('utf8').split('\n').filter((name) => name !== '').map((name) => name.slice('refs/heads/'.length));
  const usual = ['main', 'master'].filter((name) => branches.includes(name));
  if (usual.length === 1) return usual[0];
  // Before the first commit there is no branch yet but the one that is checked out.
  if (branches.length === 0) return readBranch(repository, ['HEAD', 'refs/heads/'], signal);
  return branches.length === 1 ? branches[0] : undefined;
}

async function readBranch(
  repository: GitRepository,
  [ref, prefix]: readonly [ref: string, prefix: string],
  signal?: AbortSignal,
): Promise<string | undefined> {
  const { status, stdout } = await runGit(repository, ['symbolic-ref', '--quiet', ref], { maxOutputBytes: maxRefBytes, signal });
  const name = stdout.toString('utf8').replace(/\n$/, '');
  return status === 0 && name.startsWith(prefix) ? name.slice(prefix.length) : undefined;
}

function bare(gitDirectory: string): PackError {
  return new PackError('GIT_REPOSITORY_UNKNOWN', `${quote(gitDirectory)} is a bare repository, with no working tree`, {
    hint: 'Clone it, and run this in the clone.',
  });
}
