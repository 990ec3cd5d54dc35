import { realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { repositoryRoot } from '@release-capsule/packer';
import { lockFileName } from '@release-capsule/schema';
import type { Context } from '../context.ts';
import type { LoadedConfig } from './load-config.ts';
import type { PackFlags } from './pack-flags.ts';

/**
 * Finds where the lock file lies in the source: beside `capsule.yaml`, or at the root if `capsule.yaml` is outside the source.
 * @throws {PackError} `GIT_REPOSITORY_UNKNOWN`.
 */
export async function lockPath(
  { directory, repo }: Pick<PackFlags, 'directory' | 'repo'>,
  config: LoadedConfig | undefined,
  { cwd }: Pick<Context, 'cwd'>,
): Promise<string> {
  if (config === undefined) return lockFileName;
  const root = directory === undefined ? await repositoryRoot(resolve(cwd, repo ?? '.')) : resolve(cwd, directory);
  if (root === undefined) return lockFileName;
  const [realRoot, realDirectory] = await Promise.all([root, config.directory].map((path) => realpath(path).catch(() => path)));
  const beside = relative(realRoot ?? root, realDirectory ?? config.directory);
  const isInside = beside !== '..' && !beside.startsWith(`..${sep}`) && !isAbsolute(beside);
  return isInside ? join(beside, lockFileName).replaceAll(sep, '/') : lockFileName;
}
