import { openRegistry, parseReference, type ReadableStore, type ReferrerLister, type RegistryOptions } from '@release-capsule/oci';
import { VerifyError } from '../../errors.ts';
import { normaliseRepository } from '../../repository-name.ts';
import type { ServedPolicy } from './served-policy.ts';

type CapsuleStore = ReadableStore & ReferrerLister;

/** Opens a repository that a policy names; a name that none of them has is a malfunction. */
export type OpenRepository = (repository: string) => CapsuleStore;

/**
 * Opens every repository that the policies name, once: tokens are then asked for once. This is the one place where the
 * service opens a registry, and what a caller writes does not reach it.
 * @throws {VerifyError} `POLICY_INVALID` for a repository that is not in a registry.
 */
export function openRepositories(policies: readonly ServedPolicy[], options: RegistryOptions): OpenRepository {
  const named = policies.flatMap(({ repository, policy: { image } }) => [repository, ...(image === undefined ? [] : [image.repository])]);
  const stores = new Map(named.map((repository) => [normaliseRepository(repository), openRepository(repository, options)]));
  return (repository) => {
    const store = stores.get(normaliseRepository(repository));
    if (store !== undefined) return store;
    throw new TypeError('only repositories that a policy names are opened');
  };
}

function openRepository(name: string, options: RegistryOptions): CapsuleStore {
  const reference = parseReference(name);
  if (reference.kind === 'registry') return openRegistry({ registry: reference.registry, repository: reference.repository }, options);
  throw new VerifyError('POLICY_INVALID', `${JSON.stringify(name)} is a layout on disk: a service fetches from registries`, {
    hint: 'Name registry and repository in the policy.',
  });
}
