import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type CapsuleConfig, describeRepository, type RepositoryFacts } from '@release-capsule/packer';
import { normaliseSourceUrl } from '@release-capsule/schema';
import type { Context } from '../context.ts';
import { loadConfig } from '../input/load-config.ts';
import { type EarlierSetUp, readEarlierSetUp } from './earlier-set-up.ts';
import { type CiSystem, ciFiles, type Hosting, hostingOf } from './hosting.ts';
import { findPackages, type PackageCandidate } from './package-candidates.ts';
import { kargoFolder } from './templates/kargo-manifests.ts';

/** What was found out about a repository, before anybody is asked. */
export interface Survey {
  readonly repository: RepositoryFacts;
  readonly hosting?: Hosting;
  readonly packages: readonly PackageCandidate[];
  /** The CI systems that it has files for. */
  readonly ciSystems: readonly CiSystem[];
  /** The `capsule.yaml` that is there already: what it says is known. */
  readonly config?: CapsuleConfig;
  /** What the other files of an earlier run say. */
  readonly earlier: EarlierSetUp;
}

/**
 * Looks at a repository. Nothing is changed, and no network is used.
 * @throws {PackError} `GIT_REPOSITORY_UNKNOWN`, `GIT_UNAVAILABLE`, `GIT_FAILED`, `CONFIG_INVALID`, {SchemaError}
 * `SOURCE_URL_INVALID`.
 */
export async function surveyRepository(
  { repo, sourceUrl }: { readonly repo?: string; readonly sourceUrl?: string },
  context: Context,
): Promise<Survey> {
  const { env, signal } = context;
  const repository = await describeRepository({ directory: resolve(context.cwd, repo ?? '.'), env, signal });
  const repoURL = sourceUrl === undefined ? repository.repoURL : normaliseSourceUrl(sourceUrl);
  const written = await isThere(join(repository.root, 'capsule.yaml'));
  const config = written ? await loadConfig(join(repository.root, 'capsule.yaml'), context) : undefined;
  return {
    repository,
    ...(repoURL !== undefined && { hosting: hostingOf(repoURL) }),
    packages: findPackages(repository.files.filter((path) => !path.startsWith(`${kargoFolder}/`))),
    ciSystems: await findCiSystems(repository),
    earlier: await readEarlierSetUp(repository.root),
    ...(config !== undefined && { config: config.file }),
  };
}

async function findCiSystems({ root, files }: RepositoryFacts): Promise<readonly CiSystem[]> {
  const systems: readonly CiSystem[] = ['github', 'gitlab'];
  const known = await Promise.all(
    systems.map(async (system) => {
      const { mark } = ciFiles[system];
      return files.some((path) => path.startsWith(mark)) || (await isThere(join(root, mark)));
    }),
  );
  return systems.filter((_system, at) => known[at] === true);
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
