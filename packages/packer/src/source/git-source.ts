import {
  findGitEntry,
  gitObjectFormat,
  maxCommitBytes,
  parseEntryPath,
  parseGitCommit,
  quote,
} from '@release-capsule/schema';
import { assertArguments } from '../assert-arguments.ts';
import { PackError } from '../errors.ts';
import { checkContent } from './check-content.ts';
import { findGitDirectory } from './find-git-directory.ts';
import { findLock } from './find-lock.ts';
import type { GitRepository } from './git-command.ts';
import { GitObjects } from './git-objects.ts';
import { listPackage, type PackageEntry } from './list-package.ts';
import { ObjectTrees } from './object-trees.ts';
import { PackageProblems } from './package-problems.ts';
import { readRemoteUrl, resolveRevision } from './resolve-revision.ts';
import type { Source, SourceFile, SourcePackage, SourceSelection } from './source.ts';
import { runWalk, type TreeReader } from './tree-reader.ts';
import { findUncommitted } from './uncommitted-changes.ts';

/** Which commit of which repository to pack. */
export interface GitSourceOptions {
  /** The repository: a working tree or any directory in it, a linked worktree, a bare repository. */
  readonly directory: string;
  /** Anything that names a commit: `HEAD`, a branch, a tag, an id. */
  readonly revision: string;
  /** Where git is looked for; only its PATH is used. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Takes packages from a Git repository at a commit. Only objects are read: no working tree, no index, no attributes,
 * no filters, no replace objects and no network can have a say in what is packed.
 * @throws {PackError} `OPTION_INVALID`.
 */
export function gitSource(options: GitSourceOptions): Source {
  assertArguments({ options: { directory: 'text', revision: 'text', env: 'environment' } }, { options });
  return { open: (selection, signal) => openCommit(options, selection, signal) };
}

async function openCommit(
  { directory, revision, env }: GitSourceOptions,
  selection: SourceSelection,
  signal?: AbortSignal,
): Promise<SourcePackage> {
  if (selection.path !== '.') parseEntryPath(selection.path);
  const repository: GitRepository = { gitDirectory: await findGitDirectory(directory), env };
  const commit = await resolveRevision(repository, revision, signal);
  const format = gitObjectFormat(commit);
  const objects = new GitObjects(repository, format);
  const body = await objects.read(commit, { type: 'commit', maxBytes: maxCommitBytes, signal });
  const { tree: root, committedAt } = parseGitCommit(body, format);
  const reader = new ObjectTrees(objects, format, signal);
  const tree = await findPackage(reader, root, { path: selection.path, commit });
  const problems = new PackageProblems();
  const { entries, dereferenced } = await listPackage(tree, selection, { reader, problems });
  const files = await sizeFiles(objects, entries, signal);
  await checkContent(files, problems, { maxFileBytes: selection.maxFileBytes, signal });
  problems.throwIfAny();
  const lockEntry = selection.lock && (await findLock(root, selection.lock.path, reader));
  const maxLockBytes = selection.lock?.maxBytes ?? 0;
  const lock = lockEntry && (await objects.read(lockEntry.id, { type: 'blob', maxBytes: maxLockBytes, signal }));
  const links = dereferenced.map(({ path }) => path);
  const uncommitted = await findUncommitted(repository, { revision, commit, selection, files, links, lock: lockEntry?.id, signal });
  const repoURL = await readRemoteUrl(repository, signal);
  const proof = { commit: body, trees: reader.bodies };
  return { commit, committedAt, ...(repoURL === undefined ? {} : { repoURL }), tree, files, dereferenced, uncommitted, lock, proof };
}

async function findPackage(
  reader: TreeReader,
  root: string,
  { path, commit }: { readonly path: string; readonly commit: string },
): Promise<string> {
  const entry = await runWalk(findGitEntry(root, path), { open: (id) => reader.open(id) });
  if (entry?.kind === 'tree') return entry.id;
  const is = entry === undefined ? 'does not exist' : `is a ${entry.kind}`;
  throw new PackError('PACKAGE_PATH_UNKNOWN', `${quote(path)} ${is} at the commit ${commit}`, {
    hint: 'Name the package\'s directory from the root of the repository, and commit it before packing.',
  });
}

async function sizeFiles(
  objects: GitObjects,
  entries: readonly PackageEntry[],
  signal?: AbortSignal,
): Promise<readonly SourceFile[]> {
  const sizes = await objects.blobSizes(new Set(entries.map(({ id }) => id)), signal);
  return entries.map(({ path, executable, id }) => {
    const size = sizes.get(id) ?? 0;
    return { path, size, executable, blob: id, content: (reading) => objects.stream(id, size, reading) };
  });
}
