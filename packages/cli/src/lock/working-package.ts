import { posix } from 'node:path';
import { describeRepository, directorySource, type RepositoryFacts, type SourceFile } from '@release-capsule/packer';
import { defaultLimits } from '@release-capsule/schema';
import type { Context } from '../context.ts';

/** Which files are taken. */
export interface WorkingSelection {
  /** The package's directory, from the repository's root. */
  readonly path: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly dereference: boolean;
}

/** The files of a package as they stand in the working tree. */
export interface WorkingPackage {
  readonly paths: readonly string[];
  read(path: string): Promise<Uint8Array>;
  /** Files that Git does not know of: no release has them. */
  readonly untracked: readonly string[];
}

/** Describes the repository around a directory. */
export function repositoryAt(directory: string, { env, signal }: Context): Promise<RepositoryFacts> {
  return describeRepository({ directory, env, signal });
}

/**
 * Reads a package from the working tree, as a release would read it from the commit that is made next.
 * @throws {PackError} `PACKAGE_PATH_UNKNOWN`, `PACKAGE_EMPTY`, `ENTRY_UNSUPPORTED`, `LINK_UNRESOLVED`, `LFS_POINTER`,
 * `FILE_TOO_LARGE`, `SOURCE_UNREADABLE`, `SOURCE_CHANGED`.
 */
export async function workingPackage(
  { root, files: tracked }: RepositoryFacts,
  { exclude, ...selection }: WorkingSelection,
  { signal }: Context,
): Promise<WorkingPackage> {
  const source = directorySource({ directory: root, commit: '0'.repeat(40), committedAt: 0 });
  const gitFolder = selection.path === '.' ? ['.git', '.git/**'] : [];
  const maxFileBytes = defaultLimits.maxFileBytes;
  const taking = { ...selection, exclude: [...exclude, ...gitFolder], maxFileBytes };
  const { files, dereferenced } = await source.open(taking, signal);
  const known = new Set(tracked);
  const isLinked = (path: string): boolean => dereferenced.some((link) => path === link.path || path.startsWith(`${link.path}/`));
  const isKnown = ({ path }: SourceFile): boolean => known.has(posix.join(selection.path, path)) || isLinked(path);
  const taken = new Map<string, SourceFile>(files.filter(isKnown).map((file) => [file.path, file]));
  return {
    paths: [...taken.keys()],
    read: async (path) => Buffer.concat(await Array.fromAsync(taken.get(path)?.content(signal) ?? [])),
    untracked: files.filter((file) => !isKnown(file)).map(({ path }) => path),
  };
}
