import type { Verified } from '../handlers/verify.ts';
import { callerName } from '../request/caller.ts';
import type { LogEntry } from './log-line.ts';

/** Says of a verdict who asked what, under which policy, and what the answer was. */
export function auditEntry({ request, question, judgement, asked }: Verified, now: Date): LogEntry {
  const { served, freight, stage } = question;
  const { report, isCached } = judgement;
  return {
    audit: 'verdict',
    time: now.toISOString(),
    request: request.id,
    caller: callerName(request.caller),
    freight: freight.name,
    stage,
    policy: served.policy.capsule.name,
    policyDigest: served.digest,
    repository: served.repository,
    capsuleDigest: report.capsule.digest,
    imageDigest: report.release?.image?.digest,
    gitCommit: report.release?.gitCommit,
    outcome: asked.outcome,
    codes: asked.codes,
    reason: asked.reason === '' ? undefined : asked.reason,
    enforced: asked.isEnforced,
    cached: isCached,
    ms: Math.round(request.time.elapsedMs()),
  };
}

/** Says that verdicts are held back because the audit lines are not read, or that they are given again. */
export function auditBlockedEntry(isBlocked: boolean, now: Date): LogEntry {
  const time = now.toISOString();
  if (!isBlocked) return { level: 'info', time, event: 'audit-resumed', reason: 'the audit lines are being read again' };
  const reason = 'the audit lines on standard output are not being read: verifications are answered with 503 until they are';
  return { level: 'error', time, event: 'audit-blocked', reason };
}
