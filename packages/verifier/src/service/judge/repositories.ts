import { openRegistry, parseReference, type ReadableStore, type ReferrerLister, type RegistryOptions } from '@release-capsule/oci';
import { VerifyError } from '../../errors.ts';
import { normaliseRepository } from '../../repository-name.ts';
import { createGuardedFetch } from '../network/guarded-fetch.ts';
import type { ServedPolicy } from './served-policy.ts';

type CapsuleStore = ReadableStore & ReferrerLister;

/** Opens a repository that a policy names; another one is a malfunction. */
export type OpenRepository = (served: ServedPolicy, repository: string) => CapsuleStore;

/** The repositories of all policies, and the connections to them. */
export interface Repositories {
  readonly open: OpenRepository;
  /** Ends all connections, those in use too. */
  close(): Promise<void>;
}

/** How registries are spoken to; which addresses may be connected to, the policies say. */
export type RepositoryOptions = Omit<RegistryOptions, 'allowedHosts' | 'fetch'>;

/**
 * Opens every repository that the policies name, once: tokens are then asked for once. This is the one place where the
 * service opens a registry, and what a caller writes does not reach it. Each policy's hosts are allowed to it alone.
 * @throws {VerifyError} `POLICY_INVALID` for a repository that is not in a registry.
 */
export function openRepositories(policies: readonly ServedPolicy[], options: RepositoryOptions): Repositories {
  const opened = new Map(policies.map((served) => [served, openNamed(served, options)]));
  return {
    open(served, repository) {
      const store = opened.get(served)?.stores.get(normaliseRepository(repository));
      if (store !== undefined) return store;
      throw new TypeError('only repositories that a policy names are opened');
    },
    async close() {
      await Promise.all([...opened.values()].map(({ close }) => close()));
    },
  };
}

interface NamedRepositories {
  readonly stores: ReadonlyMap<string, CapsuleStore>;
  readonly close: () => Promise<void>;
}

function openNamed({ repository, policy: { allow, image } }: ServedPolicy, options: RepositoryOptions): NamedRepositories {
  const allowedHosts = allow.hosts ?? [];
  const guard = createGuardedFetch({ allowedHosts });
  const named = [repository, ...(image === undefined ? [] : [image.repository])];
  const guarded = { ...options, allowedHosts, fetch: guard.fetch };
  const stores = new Map(named.map((name) => [normaliseRepository(name), openRepository(name, guarded)]));
  return { stores, close: () => guard.close() };
}

function openRepository(name: string, options: RegistryOptions): CapsuleStore {
  const reference = parseReference(name);
  if (reference.kind === 'registry') return openRegistry({ registry: reference.registry, repository: reference.repository }, options);
  throw new VerifyError('POLICY_INVALID', `${JSON.stringify(name)} is a layout on disk: a service fetches from registries`, {
    hint: 'Name registry and repository in the policy.',
  });
}
