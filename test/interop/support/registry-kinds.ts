import { hasTool, toolPath } from '../tools.ts';
import { startDockerRegistry, startHtpasswdRegistry, startTokenRegistry } from './docker-registry.ts';
import type { RegistryKind, TestRegistry } from './registry.ts';
import { startServer } from './server.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Every registry that we are tested against. */
export const registryKinds: readonly RegistryKind[] = [
  { name: 'docker-registry, open', hasReferrersApi: false, start: startDockerRegistry },
  { name: 'docker-registry, htpasswd', hasReferrersApi: false, start: startHtpasswdRegistry },
  { name: 'docker-registry, tokens', hasReferrersApi: false, start: startTokenRegistry },
  { name: 'go-containerregistry', hasReferrersApi: true, start: startReferrersRegistry },
  { name: 'olareg', hasReferrersApi: true, elective: 'olareg', start: startOlareg },
];

/** The registries that let everybody in: one with the referrers API, one without. */
export const openRegistryKinds: readonly RegistryKind[] = registryKinds.filter(({ name }) =>
  ['docker-registry, open', 'go-containerregistry'].includes(name),
);

/** Says which program a kind of registry lacks here; nothing where it has all. */
export function missingTool({ elective }: RegistryKind): string | undefined {
  return elective === undefined || hasTool(elective) ? undefined : `not installed: ${elective}`;
}

/** Starts go-containerregistry's registry in memory, which has the referrers API. */
export async function startReferrersRegistry(): Promise<TestRegistry> {
  const file = toolPath('referrers-registry');
  return inFolder((cwd) => startServer({ file, args: [], cwd, listening: /^(127\.0\.0\.1:\d+)$/ }));
}

async function startOlareg(): Promise<TestRegistry> {
  const args = ['serve', '--addr', '127.0.0.1', '--port', '0', '--store-type', 'mem'];
  const listening = /(127\.0\.0\.1:\d+)/;
  return inFolder((cwd) => startServer({ file: toolPath('olareg'), args, cwd, listening }));
}

async function inFolder(start: (cwd: string) => ReturnType<typeof startServer>): Promise<TestRegistry> {
  const folder = temporaryFolder();
  const server = await start(folder.path);
  return {
    host: server.address,
    async [Symbol.asyncDispose]() {
      await server.kill();
      folder[Symbol.dispose]();
    },
  };
}
