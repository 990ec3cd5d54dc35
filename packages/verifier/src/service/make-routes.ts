import { healthRoute, readyRoute } from './handlers/health.ts';
import { metricsRoute } from './handlers/metrics.ts';
import { openApiRoute } from './handlers/open-api.ts';
import { promotionRoute, type Verified, verifyRoute } from './handlers/verify.ts';
import { Judge } from './judge/judge.ts';
import type { ServedPolicies } from './judge/served-policies.ts';
import { cacheTimes, VerdictCache } from './judge/verdict-cache.ts';
import { makeBodyBudget } from './limits/body-budget.ts';
import { FairAdmission } from './limits/fair-admission.ts';
import { auditBlockedEntry, auditEntry } from './logs/audit-entry.ts';
import { AuditTrail } from './logs/audit-trail.ts';
import type { Loads, ServiceMetrics } from './metrics/service-metrics.ts';
import type { Route } from './request/route.ts';
import type { ServiceLimits, ServiceOptions } from './service-options.ts';

/** What routes are made with beside the service's options. */
export interface RouteOptions {
  readonly limits: ServiceLimits;
  readonly metrics: ServiceMetrics;
  readonly policies: ServedPolicies;
  readonly isStopping: () => boolean;
  /** What is known of the server; the judge's own loads are added to it. */
  readonly loads: Pick<Loads, 'requests' | 'connections'>;
}

const maxHeldBodyBytes = 32 * 1024 * 1024; // as many full ones as there is ever reason to read at one time
const lookupsPerVerification = 8; // a tag costs one small request

/** Makes every route of a service. */
export function makeRoutes(options: ServiceOptions, { limits, metrics, policies, isStopping, loads }: RouteOptions): readonly Route[] {
  const { now, onAudit, onLog } = options;
  const audit = new AuditTrail({ onAudit, onBlocked: (isBlocked) => onLog?.(auditBlockedEntry(isBlocked, now())) });
  const onVerdict = async (verified: Verified): Promise<void> => {
    await audit.write(auditEntry(verified, now()), verified.request.time.remainingMs());
    metrics.countAnswer(verified.question.served, verified.asked);
  };
  const cache = new VerdictCache({ maxEntries: limits.cacheEntries, ...cacheTimes, now });
  const admissions = makeAdmissions(limits, () => policies.table.all.length);
  const { verifications } = admissions;
  metrics.showLoads({
    ...loads,
    running: () => verifications.running,
    queued: () => verifications.queued,
    remembered: () => cache.size,
    unread: () => audit.waiting,
  });
  const judge = new Judge({
    cache,
    ...admissions,
    now,
    temporaryDirectory: options.temporaryDirectory,
    version: options.version,
    events: metrics,
  });
  const verifying = { judge, policies, bodies: makeBodyBudget(maxHeldBodyBytes), audit, onVerdict };
  return [
    verifyRoute(verifying),
    promotionRoute(verifying),
    healthRoute(),
    readyRoute(() => !isStopping() && !audit.isBlocked),
    metricsRoute(metrics),
    openApiRoute(),
  ];
}

type Admissions = Readonly<Record<'verifications' | 'lookups', FairAdmission>>;

function makeAdmissions({ deadlineMs, maxConcurrent, maxQueued }: ServiceLimits, countOwners: () => number): Admissions {
  const common = { maxWaitMs: deadlineMs / 2, countOwners }; // a request that waits longer would not be answered in time
  const many = lookupsPerVerification;
  return {
    verifications: new FairAdmission({ ...common, maxRunning: maxConcurrent, maxQueued }),
    lookups: new FairAdmission({ ...common, maxRunning: maxConcurrent * many, maxQueued: maxQueued * 2 }),
  };
}
