import type { Digest } from '@release-capsule/schema';
import { VerifyError } from '../../errors.ts';
import type { Policy } from '../../policy/policy.ts';
import { policyDigest } from '../../policy/policy-digest.ts';
import { assertSupported } from '../../policy/unsupported-claims.ts';
import { normaliseRepository } from '../../repository-name.ts';
import { describeRoot } from '../../trust/describe-root.ts';
import { type PolicyTimes, policyTimes } from './policy-times.ts';
import { openRepositories, type Repositories, type RepositoryOptions } from './repositories.ts';

/** A policy that the service judges by. */
export interface ServedPolicy extends Repositories {
  readonly policy: Policy;
  /** Where its capsules lie, as the policy writes it: the only place that they are fetched from. */
  readonly repository: string;
  readonly digest: Digest;
  /** When it may begin to judge differently. */
  readonly times: PolicyTimes;
  /** When the newest part of its trusted root began; absent where it needs none. */
  readonly rootNewest?: Date;
}

/**
 * Makes a policy one that can be served: it names its repository, and asks for nothing that cannot be judged.
 * @throws {VerifyError} `CAPSULE_UNNAMED`, `POLICY_INVALID`, `POLICY_UNSUPPORTED`.
 */
export function servePolicy(policy: Policy, options: RepositoryOptions): ServedPolicy {
  const { name, repository } = policy.capsule;
  if (repository === undefined) {
    throw new VerifyError('CAPSULE_UNNAMED', `the policy for ${JSON.stringify(name)} does not say where its capsules lie`, {
      hint: 'Name it in capsule.repository: a service fetches from nowhere else.',
    });
  }
  assertSupported(policy);
  const { trustedRoot } = policy;
  const rootNewest = trustedRoot && describeRoot(trustedRoot, new Date(0)).newest;
  return {
    policy,
    repository,
    digest: policyDigest(policy),
    ...openRepositories(policy, options),
    times: policyTimes(policy),
    ...(rootNewest && { rootNewest }),
  };
}

/** The policies of a service, found by the repositories that they name. */
export class PolicyTable {
  readonly all: readonly ServedPolicy[];
  readonly #byCapsule = new Map<string, ServedPolicy>();
  readonly #byImage = new Map<string, ServedPolicy[]>();

  /** @throws {VerifyError} `POLICY_INVALID` where two are for one repository. */
  constructor(policies: readonly ServedPolicy[]) {
    this.all = policies;
    for (const served of policies) this.#add(served);
  }

  /** Finds the policy for a capsule's repository, however the caller writes its name. */
  forCapsule(repository: string): ServedPolicy | undefined {
    return this.#byCapsule.get(normaliseRepository(repository));
  }

  /** Finds the policies that name an application image's repository. */
  forImage(repository: string): readonly ServedPolicy[] {
    return this.#byImage.get(normaliseRepository(repository)) ?? [];
  }

  #add(served: ServedPolicy): void {
    const key = normaliseRepository(served.repository);
    // A caller could else choose by which of the two it is judged.
    if (this.#byCapsule.has(key)) {
      throw new VerifyError('POLICY_INVALID', `two policies are for the repository ${JSON.stringify(served.repository)}`, {
        hint: 'Start one service for each, or make one policy of the two.',
      });
    }
    this.#byCapsule.set(key, served);
    const image = served.policy.image?.repository;
    if (image === undefined) return;
    const name = normaliseRepository(image);
    this.#byImage.set(name, [...(this.#byImage.get(name) ?? []), served]);
  }
}
