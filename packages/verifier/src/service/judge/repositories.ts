import { openRegistry, parseReference, registryApiHost, type RegistryOptions } from '@release-capsule/oci';
import { VerifyError } from '../../errors.ts';
import type { Policy } from '../../policy/policy.ts';
import { normaliseRepository } from '../../repository-name.ts';
import type { CapsuleStore } from '../../verify/capsule-store.ts';
import { createGuardedFetch } from '../network/guarded-fetch.ts';

/** Opens a repository that a policy names; another one is a malfunction. */
export type OpenRepository = (repository: string) => CapsuleStore;

/** The repositories of a policy, and the connections to them. */
export interface Repositories {
  readonly open: OpenRepository;
  /** Ends all connections, those in use too. Idle ones end by themselves. */
  readonly close: () => Promise<void>;
}

/** How registries are spoken to; which addresses may be connected to, the policies say. */
export interface RepositoryOptions extends Omit<RegistryOptions, 'allowedHosts' | 'fetch'> {
  /** Hears how a host failed that a registry has led to: whoever asks is told only that it did. */
  readonly onHidden?: (host: string, error: unknown) => void;
}

/**
 * Opens every repository that a policy names, once: tokens are then asked for once, and no policy reaches where only
 * another may. This is the one place where the service opens a registry, and what a caller writes does not reach it.
 * @throws {VerifyError} `POLICY_INVALID` for a repository that is not in a registry.
 */
export function openRepositories({ capsule, image, allow }: Policy, { onHidden, ...options }: RepositoryOptions): Repositories {
  const allowedHosts = allow.hosts ?? [];
  const named = [capsule.repository, image?.repository].filter((name) => name !== undefined);
  const guard = createGuardedFetch({ allowedHosts, namedHosts: named.flatMap(apiHost), ...(onHidden && { onHidden }) });
  const guarded = { ...options, allowedHosts, fetch: guard.fetch };
  const stores = new Map(named.map((name) => [normaliseRepository(name), openRepository(name, guarded)]));
  return {
    open(name) {
      const store = stores.get(normaliseRepository(name));
      if (store !== undefined) return store;
      throw new TypeError('only repositories that the policy names are opened');
    },
    close: () => guard.close(),
  };
}

function apiHost(name: string): readonly string[] {
  const reference = parseReference(name);
  return reference.kind === 'registry' ? [registryApiHost(reference)] : [];
}

function openRepository(name: string, options: RegistryOptions): CapsuleStore {
  const reference = parseReference(name);
  if (reference.kind === 'registry') return openRegistry({ registry: reference.registry, repository: reference.repository }, options);
  throw new VerifyError('POLICY_INVALID', `${JSON.stringify(name)} is a layout on disk: a service fetches from registries`, {
    hint: 'Name registry and repository in the policy.',
  });
}
