import { everySigner } from '../../policy/every-signer.ts';
import type { Policy } from '../../policy/policy.ts';
import { describeRoot } from '../../trust/describe-root.ts';

/** The instants at which a policy may begin to judge differently, nothing else changed. */
export interface PolicyTimes {
  /** The first of them at or after a time, in milliseconds since 1970; infinite where there is none. */
  nextAfter(ms: number): number;
}

/** Collects the dates of a policy's signers, and those of what the trusted root holds. */
export function policyTimes(policy: Policy): PolicyTimes {
  const signers = everySigner(policy).flatMap(({ notBeforeMs, notAfterMs }) => [notBeforeMs, notAfterMs]);
  const dates = [...signers, ...rootDates(policy)].filter((date) => date !== undefined);
  return { nextAfter: (ms) => Math.min(...dates.filter((date) => date >= ms), Infinity) };
}

function rootDates({ trustedRoot }: Policy): readonly (number | undefined)[] {
  if (trustedRoot === undefined) return [];
  const { parts } = describeRoot(trustedRoot, new Date(0));
  return parts.flatMap(({ from, until, certificatesUntil }) => [from.getTime(), until?.getTime(), certificatesUntil?.getTime()]);
}
