import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { isMissingFile } from '@release-capsule/oci';
import { gitObjectFormat, hashGitObject, selectPaths } from '@release-capsule/schema';
import { PackError } from '../errors.ts';
import type { GitRepository } from './git-command.ts';
import { resolveRevision } from './resolve-revision.ts';
import { runGit } from './run-git.ts';
import type { SourceFile, SourceSelection, UncommittedChange } from './source.ts';

/** What is compared with the working tree. */
export interface UncommittedOptions {
  /** What the commit was asked for by. */
  readonly revision: string;
  readonly commit: string;
  readonly selection: SourceSelection;
  readonly files: readonly SourceFile[];
  /** Paths of links that were followed. */
  readonly links: readonly string[];
  /** The lock file's blob, where the commit has it. */
  readonly lock: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** How long git may take. */
  readonly maxMilliseconds?: number | undefined;
}

// A list of ignored files, in the repository or the working tree, could be a pipe without a writer.
const maxMilliseconds = 30_000;
const maxListBytes = 64 * 1024 * 1024; // half a million paths
const filesAtOnce = 64; // then others have their turn, and the wish to stop is heard
// A link or a pipe put in the file's place must not be waited for.
const openFlags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Finds what of a package is not committed: people change a file and pack, and the capsule has the commit's. Only the commit
 * that is checked out is compared; another one differs on purpose. Files are hashed here, since `git status` would run the
 * filters that a repository configures. Returns nothing where there is no working tree, or it cannot be read.
 */
export async function findUncommitted(repository: GitRepository, options: UncommittedOptions): Promise<readonly UncommittedChange[]> {
  const { gitDirectory } = repository;
  if (basename(gitDirectory) !== '.git') return [];
  const { revision, commit } = options;
  const late = AbortSignal.timeout(options.maxMilliseconds ?? maxMilliseconds);
  const signal = options.signal === undefined ? late : AbortSignal.any([options.signal, late]);
  try {
    if (revision !== 'HEAD' && (await resolveRevision(repository, 'HEAD', signal)) !== commit) return [];
    return await compare(repository, dirname(gitDirectory), { ...options, signal });
  } catch (error) {
    if (options.signal?.aborted !== true && (error instanceof PackError || late.aborted)) return []; // only a warning is lost
    throw error;
  }
}

async function compare(repository: GitRepository, root: string, options: UncommittedOptions): Promise<readonly UncommittedChange[]> {
  const { commit, selection, files, links, signal } = options;
  const committed = new Map<string, string>(files.map(({ path, blob = '' }) => [posix.join(selection.path, path), blob]));
  const lock = selection.lock?.path;
  const paths = [selection.path, ...(lock === undefined ? [] : [lock])];
  if (lock !== undefined && options.lock !== undefined) committed.set(lock, options.lock);
  const { known, absent } = await listWorkingTree(repository, root, { paths, signal });
  const isSelected = selectionOf(selection);
  const followed = new Set(links.map((path) => posix.join(selection.path, path)));
  const changes: UncommittedChange[] = [];
  for (const [index, [path, blob]] of [...committed].entries()) {
    if (index % filesAtOnce === 0) await setImmediate();
    signal?.throwIfAborted();
    if (absent.has(path)) continue; // a sparse checkout leaves it out on purpose
    const kind = compareFile(join(root, path), { blob, commit, maxBytes: selection.maxFileBytes });
    if (kind !== undefined) changes.push({ path, kind });
  }
  for (const path of known) {
    if (committed.has(path) || followed.has(path) || !(path === lock || isSelected(path))) continue;
    if (exists(join(root, path))) changes.push({ path, kind: 'added' });
  }
  return changes;
}

function selectionOf({ path: directory, include, exclude }: SourceSelection): (path: string) => boolean {
  const selects = selectPaths(include, exclude);
  const prefix = directory === '.' ? '' : `${directory}/`;
  return (path) => path.startsWith(prefix) && selects(path.slice(prefix.length).replace(/\/$/, ''));
}

interface WorkingTree {
  /** What git knows of, and what it does not know and does not ignore; a repository of its own ends with a slash. */
  readonly known: readonly string[];
  /** What a sparse checkout leaves out. */
  readonly absent: ReadonlySet<string>;
}

async function listWorkingTree(
  repository: GitRepository,
  root: string,
  { paths, signal }: { readonly paths: readonly string[]; readonly signal: AbortSignal | undefined },
): Promise<WorkingTree> {
  const list = ['ls-files', '-z', '-t', '--cached', '--others', '--exclude-standard', '--', ...paths];
  // A list of ignored files that the repository names could be a pipe.
  const args = ['-C', root, '-c', 'core.excludesFile=/dev/null', `--work-tree=${root}`, '--literal-pathspecs', ...list];
  const { status, stdout } = await runGit(repository, args, { maxOutputBytes: maxListBytes, signal });
  if (status !== 0) throw new PackError('GIT_FAILED', 'git could not list the working tree');
  const entries = stdout.toString('utf8').split('\0').flatMap((line) => {
    const [, tag, path] = /^(\S) (.+)$/s.exec(line) ?? [];
    return tag === undefined || path === undefined ? [] : [{ tag, path }];
  });
  const known = [...new Set(entries.filter(({ tag }) => tag !== 'S').map(({ path }) => path))];
  return { known, absent: new Set(entries.filter(({ tag }) => tag === 'S').map(({ path }) => path)) };
}

interface CommittedFile {
  readonly blob: string;
  readonly commit: string;
  readonly maxBytes: number;
}

// Synchronous: two thousand small files are some thousand short system calls, and a thread hop each would cost ten times as much.
function compareFile(location: string, committed: CommittedFile): UncommittedChange['kind'] | undefined {
  let file: number;
  try {
    file = openSync(location, openFlags);
  } catch (error) {
    return isMissingFile(error) ? 'deleted' : undefined;
  }
  try {
    return isSame(file, committed) ? undefined : 'changed';
  } finally {
    closeSync(file);
  }
}

function isSame(file: number, { blob, commit, maxBytes }: CommittedFile): boolean {
  const stats = fstatSync(file);
  if (!stats.isFile() || stats.size > 2 * maxBytes) return false;
  const content = readFileSync(file);
  const format = gitObjectFormat(commit);
  if (hashGitObject(format, 'blob', content) === blob) return true;
  // Git for Windows writes line ends as that system has them.
  const unix = Buffer.from(content.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
  return unix.length < content.length && hashGitObject(format, 'blob', unix) === blob;
}

function exists(location: string): boolean {
  try {
    closeSync(openSync(location, openFlags));
    return true;
  } catch (error) {
    return !isMissingFile(error);
  }
}
