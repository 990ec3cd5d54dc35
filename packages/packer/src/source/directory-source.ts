import { lstat, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { checkTime, parseCommit, parseEntryPath, quote } from '@release-capsule/schema';
import { assertArguments } from '../assert-arguments.ts';
import { PackError } from '../errors.ts';
import { checkContent } from './check-content.ts';
import { DirectoryTrees } from './directory-trees.ts';
import { findLock } from './find-lock.ts';
import { listPackage, type PackageEntry } from './list-package.ts';
import { PackageProblems } from './package-problems.ts';
import { readUnchanged } from './read-unchanged.ts';
import type { Source, SourceFile, SourcePackage, SourceSelection } from './source.ts';

/** A plain directory, and what no one can read from it: which commit it is of. */
export interface DirectorySourceOptions {
  readonly directory: string;
  /** 40 or 64 lower-case hexadecimal digits. Taken on trust: without Git there is no proof of it. */
  readonly commit: string;
  /** Committer time in seconds since 1970. */
  readonly committedAt: number;
}

/**
 * Takes packages from a plain directory without Git. No symbolic link is followed but as `dereference` says, and a file
 * that changes between listing and reading is an error.
 * @throws {PackError} `OPTION_INVALID`.
 */
export function directorySource(options: DirectorySourceOptions): Source {
  assertArguments({ options: { directory: 'text', commit: 'text', committedAt: 'amount' } }, { options });
  return { open: (selection, signal) => openDirectory(options, selection, signal) };
}

async function openDirectory(
  options: DirectorySourceOptions,
  selection: SourceSelection,
  signal?: AbortSignal,
): Promise<SourcePackage> {
  const commit = parseCommit(options.commit);
  checkTime(options.committedAt);
  const root = await findPackage(options.directory, selection.path);
  const problems = new PackageProblems();
  const reader = new DirectoryTrees(root, problems, signal);
  const { entries, dereferenced } = await listPackage('', selection, { reader, problems });
  const files = entries.map((entry) => sourceFile(entry, reader));
  await checkContent(files, problems, { maxFileBytes: selection.maxFileBytes, signal });
  problems.throwIfAny();
  const lock = selection.lock && (await readLock(options.directory, selection.lock, signal));
  return { commit, committedAt: options.committedAt, files, dereferenced, lock };
}

async function findPackage(directory: string, path: string): Promise<string> {
  let at = await realpath(directory).catch((cause: unknown) => {
    throw notThere(directory, cause);
  });
  // A link on the way would lead out of the directory that the user named.
  for (const segment of path === '.' ? [] : parseEntryPath(path).split('/')) {
    at = join(at, segment);
    const stats = await lstat(at).catch((cause: unknown) => {
      throw notThere(path, cause);
    });
    if (!stats.isDirectory()) throw notThere(path);
  }
  return at;
}

async function readLock(
  directory: string,
  { path, maxBytes }: NonNullable<SourceSelection['lock']>,
  signal?: AbortSignal,
): Promise<Uint8Array | undefined> {
  const reader = new DirectoryTrees(await realpath(directory), new PackageProblems(), signal);
  const entry = await findLock('', path, reader);
  const file = entry && reader.seen.get(entry.id);
  if (file === undefined) return undefined;
  const size = Number(file.stats.size);
  if (size > maxBytes) throw new PackError('FILE_TOO_LARGE', `${quote(path)} has ${size} bytes, over the limit of ${maxBytes}`);
  return Buffer.concat(await Array.fromAsync(readUnchanged(file, path, signal)));
}

function sourceFile({ path, executable, id }: PackageEntry, reader: DirectoryTrees): SourceFile {
  const file = reader.seen.get(id);
  if (file === undefined) throw new PackError('SOURCE_UNREADABLE', `${quote(path)} was not listed`);
  return { path, executable, size: Number(file.stats.size), content: (signal) => readUnchanged(file, path, signal) };
}

function notThere(path: string, cause?: unknown): PackError {
  return new PackError('PACKAGE_PATH_UNKNOWN', `${quote(path)} is not a directory`, {
    hint: 'Name the package\'s directory from the root of the source, with no symbolic link on the way.',
    cause,
  });
}
