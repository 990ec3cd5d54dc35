import { quote } from '@release-capsule/schema';
import { PackError } from '../errors.ts';
import { type GitRepository, quoteGit } from './git-command.ts';
import { runGit } from './run-git.ts';

const maxRevisionLength = 1024; // characters; a branch's name is shorter
const maxOutputBytes = 64 * 1024; // one object id, or git's complaint
const maxUrlBytes = 8 * 1024; // no address is longer

/**
 * Resolves a revision (a branch, tag, id, `HEAD~1`) to a full commit id.
 * @throws {PackError} `OPTION_INVALID`, `GIT_UNAVAILABLE`, `COMMIT_UNKNOWN`.
 */
export async function resolveRevision(
  repository: GitRepository,
  revision: string,
  signal?: AbortSignal,
): Promise<string> {
  if (revision === '' || revision.length > maxRevisionLength || /\p{Cc}/u.test(revision)) {
    throw new PackError('OPTION_INVALID', `${quote(revision.slice(0, 80))} is not a git revision`);
  }
  const args = ['rev-parse', '--quiet', '--verify', '--end-of-options', `${revision}^{commit}`];
  const { status, stdout, stderr } = await runGit(repository, args, { maxOutputBytes, signal });
  const id = stdout.toString('latin1').trim();
  if (status === 0 && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(id)) return id;
  if (/not a git repository|repository format|unknown repository extension/i.test(stderr)) {
    const message = `${quote(repository.gitDirectory)} is not a repository that this git can read`;
    throw new PackError('GIT_UNAVAILABLE', `${message}: ${quoteGit(stderr)}`);
  }
  if (revision === 'HEAD') throw unborn();
  throw new PackError('COMMIT_UNKNOWN', `the repository has no commit ${quote(revision)}`, {
    hint: 'A shallow clone holds few commits and no other branches: fetch the commit, or check it out with more depth.',
  });
}

/** Of a repository that was just made: a shallow clone has the commit of its HEAD. */
function unborn(): PackError {
  return new PackError('COMMIT_UNKNOWN', 'the branch that is checked out has no commit yet', {
    hint: 'Commit the deploy package first: git add, then git commit.',
  });
}

/**
 * Reads where the repository was cloned from, as its own configuration has it: it may hold credentials.
 * Other configuration is not asked, since it could rewrite the address (`insteadOf`).
 */
export async function readRemoteUrl(repository: GitRepository, signal?: AbortSignal): Promise<string | undefined> {
  const args = ['config', '--local', '--no-includes', '-z', '--get', 'remote.origin.url'];
  const { status, stdout } = await runGit(repository, args, { maxOutputBytes, signal });
  const url = stdout.toString('utf8').replace(/\0$/, '');
  return status === 0 && url !== '' && stdout.length <= maxUrlBytes ? url : undefined;
}
