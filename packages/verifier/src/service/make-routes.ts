import type { RegistryOptions } from '@release-capsule/oci';
import { healthRoute, readyRoute } from './handlers/health.ts';
import { promotionRoute, type Verified, verifyRoute } from './handlers/verify.ts';
import type { Route } from './http/route.ts';
import { Judge } from './judge/judge.ts';
import { openRepositories } from './judge/repositories.ts';
import { PolicyTable, servePolicy } from './judge/served-policy.ts';
import { cacheTimes, VerdictCache } from './judge/verdict-cache.ts';
import { Admission } from './limits/admission.ts';
import { makeBodyBudget } from './limits/body-budget.ts';
import type { Requests } from './limits/requests.ts';
import { auditEntry } from './logs/audit-entry.ts';
import type { ServiceLimits, ServiceOptions } from './service-options.ts';

const maxHeldBodyBytes = 64 * 1024 * 1024; // as many full ones as there is ever reason to read at one time
const lookupsPerVerification = 8; // a tag costs one small request

/**
 * Makes every route of a service.
 * @throws {VerifyError} `CAPSULE_UNNAMED`, `POLICY_INVALID`, `POLICY_UNSUPPORTED`.
 */
export function makeRoutes(options: ServiceOptions, limits: ServiceLimits, requests: Requests): readonly Route[] {
  const { now, onAudit } = options;
  const policies = new PolicyTable(options.policies.map(servePolicy));
  const onVerdict = (verified: Verified): void => onAudit?.(auditEntry(verified, now()));
  const verifying = { judge: makeJudge(options, limits, policies), policies, bodies: makeBodyBudget(maxHeldBodyBytes), onVerdict };
  return [verifyRoute(verifying), promotionRoute(verifying), healthRoute(), readyRoute(() => requests.isStopping)];
}

function makeJudge(options: ServiceOptions, limits: ServiceLimits, policies: PolicyTable): Judge {
  const { now, temporaryDirectory, version } = options;
  const { deadlineMs, maxConcurrent, maxQueued, cacheEntries } = limits;
  const maxWaitMs = deadlineMs / 2; // whoever waits longer would not be answered in time
  return new Judge({
    openRepository: openRepositories(policies.all, repositoryOptions(options)),
    cache: new VerdictCache({ maxEntries: cacheEntries, ...cacheTimes, now }),
    verifications: new Admission({ maxRunning: maxConcurrent, maxQueued, maxWaitMs }),
    lookups: new Admission({
      maxRunning: maxConcurrent * lookupsPerVerification,
      maxQueued: maxQueued * lookupsPerVerification,
      maxWaitMs,
    }),
    now,
    temporaryDirectory,
    version,
    events: { onVerdict: () => undefined, onRegistryError: () => undefined },
  });
}

/** A registry that stalls must be given up and asked again while somebody still waits. */
function repositoryOptions({ registry, fetch }: ServiceOptions): RegistryOptions {
  return {
    ...registry,
    timeouts: { idleMs: 3_000, ...registry?.timeouts },
    retry: { maxDelayMs: 1_000, maxRetryAfterMs: 2_000, ...registry?.retry },
    ...(fetch !== undefined && { fetch }),
  };
}
