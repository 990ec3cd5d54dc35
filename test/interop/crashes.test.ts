import { OciError, openRegistry } from '@release-capsule/oci';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Cosign } from './support/cosign.ts';
import { type Fate, startCountingProxy } from './support/counting-proxy.ts';
import { startDockerRegistry } from './support/docker-registry.ts';
import { openRegistryKinds } from './support/registry-kinds.ts';
import type { TestRegistry } from './support/registry.ts';
import { parseReleased } from './support/released.ts';
import { Workbench } from './support/workbench.ts';

let workbench: Workbench;
let tag: string;

beforeAll(async () => {
  workbench = await Workbench.open();
  tag = `git-${workbench.commit}`;
});

afterAll(() => workbench[Symbol.dispose]());

interface Killed {
  /** A killed process has none. */
  readonly status: number | undefined;
  /** Requests that were answered. */
  readonly seen: number;
}

describe.each(openRegistryKinds)('a release that is killed with SIGKILL, with $name', (kind) => {
  let registry: TestRegistry;
  let requestCount: number;
  let attempts = 0;

  beforeAll(async () => {
    registry = await kind.start();
    // Some registries share blobs between repositories: only from the second on is every release the same.
    for (const repository of ['first', 'second']) {
      await using proxy = await startCountingProxy(registry.host);
      await workbench.succeed(workbench.releaseArguments(`${proxy.host}/${repository}`));
      requestCount = proxy.requests.length;
    }
  });

  afterAll(async () => registry[Symbol.asyncDispose]());

  test('after any of its requests was carried out leaves no tag, or a whole capsule behind it; and the next run succeeds', async () => {
    attempts += 1; // what an attempt before this one has left would be found
    for (let instant = 1; instant <= requestCount; instant += 1) {
      const repository = `killed-${attempts}/at-${instant}`;
      const { status, seen } = await killAt(instant, repository);
      // Where a registry lists no annotations, chance decides how many attestations are opened before the signature.
      if (status === 0 && seen < instant && instant > requestCount / 2) break;
      expect(status, `killed at request ${instant}`).toBeUndefined();
      if (await isTagged(repository)) expect(await verify(repository)).toMatchObject({ status: 0 });
      const again = await workbench.capsule(workbench.releaseArguments(`${registry.host}/${repository}`));
      expect({ instant, status: again.status, said: again.stderr }).toEqual({ instant, status: 0, said: '' });
      const judged = await new Cosign(workbench).verify(`${registry.host}/${repository}:${tag}`, 'keys/cosign.pub');
      expect({ instant, status: judged.status }).toEqual({ instant, status: 0 });
    }
  }, 1_200_000); // two hundred programs, which take ten seconds each on a machine that others use

  /** Kills a release before it hears the answer to a request. */
  async function killAt(instant: number, repository: string): Promise<Killed> {
    const killer = new AbortController();
    const kill = (count: number): Fate => {
      if (count < instant) return 'pass';
      killer.abort();
      return 'break';
    };
    await using proxy = await startCountingProxy(registry.host, { onAnswer: kill });
    const args = workbench.releaseArguments(`${proxy.host}/${repository}`);
    const { status } = await workbench.capsule(args, { signal: killer.signal });
    return { status, seen: proxy.requests.length };
  }

  function verify(repository: string): ReturnType<Workbench['capsule']> {
    return workbench.capsule(workbench.verifyArguments(`${registry.host}/${repository}:${tag}`));
  }

  async function isTagged(repository: string): Promise<boolean> {
    try {
      await openRegistry({ registry: registry.host, repository }).resolve(tag);
      return true;
    } catch (error) {
      if (error instanceof OciError && /^(REFERENCE|REPOSITORY)_UNKNOWN$/.test(error.code)) return false;
      throw error;
    }
  }
});

describe('a registry that is killed half way', () => {
  test.each([2, 6, 12])('at request %i: the release is undetermined, and succeeds once the registry is back', async (instant) => {
    await using registry = await startDockerRegistry();
    let killed: Promise<void> | undefined;
    const kill = (count: number): void => {
      if (count >= instant) killed ??= registry.kill();
    };
    await using proxy = await startCountingProxy(registry.host, { onRequest: kill });
    const args = workbench.releaseArguments(`${proxy.host}/hello`);
    const failed = await workbench.capsule(args);
    await killed;
    expect({ status: failed.status, said: failed.stderr }).toMatchObject({ status: 3, said: expect.stringMatching(/UNAVAILABLE/) });
    await registry.start();
    const { tagging } = parseReleased(await workbench.succeed(workbench.releaseArguments(`${registry.host}/hello`)));
    expect(tagging).toBe('set');
    expect(await workbench.capsule(workbench.verifyArguments(`${registry.host}/hello:${tag}`))).toMatchObject({ status: 0 });
  });
});
