import type { RepositoryOptions } from './judge/repositories.ts';
import { ServedPolicies } from './judge/served-policies.ts';
import { deepestMessage } from './logs/error-text.ts';
import { policyEntry } from './logs/policy-entry.ts';
import { reloadFailedEntry } from './logs/reload-entry.ts';
import { ThrottledLog } from './logs/throttled-log.ts';
import type { ServiceMetrics } from './metrics/service-metrics.ts';
import { repeat } from './repeat.ts';
import type { ServiceOptions } from './service-options.ts';

/** The policies of a service, read again from time to time. */
export interface FollowedPolicies {
  readonly policies: ServedPolicies;
  /** Reads them again now. Returns whether they could be put in force. */
  readonly reload: () => Promise<boolean>;
  /** Stops reading them again, and ends the connections to their registries. */
  readonly close: () => void;
}

const defaultEveryMs = 600_000; // a new policy, or what the public instance has renewed, counts within ten minutes

/**
 * Puts the policies of a service in force, and reads them again where the options say how; what cannot be used changes
 * nothing.
 * @throws {VerifyError} `CAPSULE_UNNAMED`, `POLICY_INVALID`, `POLICY_UNSUPPORTED`.
 */
export function followPolicies(options: ServiceOptions, metrics: ServiceMetrics): FollowedPolicies {
  const { now, readPolicies, policiesEveryMs = defaultEveryMs, onLog } = options;
  const policies = new ServedPolicies(options.policies, repositoryOptions(options), now);
  let told: ReadonlySet<string> = new Set();
  const show = (): void => {
    metrics.showPolicies(policies);
    for (const served of policies.table.all) if (!told.has(served.digest)) onLog?.(policyEntry(served, now()));
    told = new Set(policies.table.all.map(({ digest }) => digest));
  };
  show();
  const closeAll = (): void => policies.table.all.forEach(({ close }) => void close());
  if (readPolicies === undefined) return { policies, reload: () => Promise.resolve(true), close: closeAll };
  const readAgain = async (): Promise<void> => {
    policies.replace(await readPolicies());
    show();
  };
  const onProblem = (error: unknown): void => onLog?.(reloadFailedEntry('policies', error, now()));
  const reading = repeat(readAgain, { everyMs: policiesEveryMs, onProblem });
  return {
    policies,
    reload: () => reading.now(),
    close() {
      reading.stop();
      closeAll();
    },
  };
}

/** A registry that stalls must be given up and asked again while somebody still waits. */
function repositoryOptions({ registry, onLog, now }: ServiceOptions): RepositoryOptions {
  const log = new ThrottledLog(onLog, now);
  return {
    ...registry,
    onHidden: (host, error) => log.say(host, { event: 'host-unreachable', host, reason: deepestMessage(error) }),
    timeouts: { idleMs: 3_000, ...registry?.timeouts },
    retry: { maxDelayMs: 1_000, maxRetryAfterMs: 2_000, ...registry?.retry },
  };
}
