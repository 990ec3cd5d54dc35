import { toolPath } from '../tools.ts';
import { startDistribution, startDockerRegistry, startHtpasswdRegistry, startTokenRegistry } from './docker-registry.ts';
import type { RegistryKind, TestRegistry } from './registry.ts';
import { startServer } from './server.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Every registry that we are tested against. */
export const registryKinds: readonly RegistryKind[] = [
  { name: 'docker-registry, open', hasReferrersApi: false, start: startDockerRegistry },
  { name: 'docker-registry, htpasswd', hasReferrersApi: false, start: startHtpasswdRegistry },
  { name: 'docker-registry, tokens', hasReferrersApi: false, start: startTokenRegistry },
  { name: 'distribution 3', hasReferrersApi: false, start: startDistribution },
  { name: 'go-containerregistry', hasReferrersApi: true, start: startReferrersRegistry },
  { name: 'olareg', hasReferrersApi: true, start: startOlareg },
];

/** The registries that let everybody in: one with the referrers API, one without. */
export const openRegistryKinds: readonly RegistryKind[] = registryKinds.filter(({ name }) =>
  ['docker-registry, open', 'go-containerregistry'].includes(name),
);

/** The registries whose list of referrers is an index that its writers overwrite. */
export const indexRegistryKinds: readonly RegistryKind[] = registryKinds.filter(({ name }) =>
  ['docker-registry, open', 'distribution 3'].includes(name),
);

/** Starts go-containerregistry's registry in memory, which has the referrers API. */
export async function startReferrersRegistry(): Promise<TestRegistry> {
  return startProgram('referrers-registry');
}

/** Starts olareg in memory, which has the referrers API too, and lists annotations. */
export async function startOlareg(): Promise<TestRegistry> {
  return startProgram('olareg');
}

async function startProgram(name: 'olareg' | 'referrers-registry'): Promise<TestRegistry> {
  const folder = temporaryFolder();
  const listening = /^(127\.0\.0\.1:\d+)$/;
  const server = await startServer({ file: toolPath(name), args: [], cwd: folder.path, listening });
  return {
    host: server.address,
    async [Symbol.asyncDispose]() {
      await server.kill();
      folder[Symbol.dispose]();
    },
  };
}
