import { basename, dirname } from 'node:path';
import { findGitDirectory } from './find-git-directory.ts';

/**
 * Finds the root of the working tree that holds a directory; undefined in a bare repository. Absolute, with no symbolic
 * link in it.
 * @throws {PackError} `GIT_REPOSITORY_UNKNOWN`.
 */
export async function repositoryRoot(directory: string): Promise<string | undefined> {
  const gitDirectory = await findGitDirectory(directory);
  return basename(gitDirectory) === '.git' ? dirname(gitDirectory) : undefined;
}
