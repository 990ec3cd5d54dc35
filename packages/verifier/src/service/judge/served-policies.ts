import type { Policy } from '../../policy/policy.ts';
import type { RepositoryOptions } from './repositories.ts';
import { PolicyTable, type ServedPolicy, servePolicy } from './served-policy.ts';

const maxPublicRootAgeMs = 86_400_000; // a day: what the public instance has withdrawn must not count for longer

/** The policies that are in force now. Questions that were begun under earlier ones end under those. */
export class ServedPolicies {
  readonly #options: RepositoryOptions;
  readonly #now: () => Date;
  #table: PolicyTable;
  #loadedAt: Date;

  /** @throws {VerifyError} `CAPSULE_UNNAMED`, `POLICY_INVALID`, `POLICY_UNSUPPORTED`. */
  constructor(policies: readonly Policy[], options: RepositoryOptions, now: () => Date) {
    this.#options = options;
    this.#now = now;
    this.#table = this.#serve(policies);
    this.#loadedAt = now();
  }

  get table(): PolicyTable {
    return this.#table;
  }

  get loadedAt(): Date {
    return this.#loadedAt;
  }

  /**
   * Puts other policies in force: all of them, or none.
   * @throws {VerifyError} as the constructor.
   */
  replace(policies: readonly Policy[]): void {
    this.#table = this.#serve(policies);
    this.#loadedAt = this.#now();
  }

  /** Tells whether a policy's root is one that renews itself, and its repository last vouched for it too long ago. */
  isOutdated({ policy: { trustedRoot } }: ServedPolicy): boolean {
    const since = trustedRoot?.fetchedAt ?? (trustedRoot?.source === 'public-good' ? this.#loadedAt : undefined);
    return since !== undefined && this.#now().getTime() - since.getTime() > maxPublicRootAgeMs;
  }

  #serve(policies: readonly Policy[]): PolicyTable {
    return new PolicyTable(policies.map((policy) => servePolicy(policy, this.#options)));
  }
}
