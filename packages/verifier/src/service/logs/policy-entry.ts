import type { ServedPolicy } from '../judge/served-policy.ts';
import type { LogEntry } from './log-line.ts';

/** Says that a policy is in force from now on, and whether it stops anything. */
export function policyEntry({ policy, repository, digest }: ServedPolicy, now: Date): LogEntry {
  const { capsule, mode } = policy;
  return { level: 'info', time: now.toISOString(), event: 'policy', policy: capsule.name, repository, mode, digest };
}
