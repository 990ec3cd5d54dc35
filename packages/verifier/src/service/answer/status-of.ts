import type { Answer } from '../http/route.ts';
import type { AskedOutcome } from './outcome-of.ts';

const retryAfterSeconds = 5; // a registry that could not be asked for eight seconds

const misdirected = /_MISDIRECTED$/;

/**
 * Says with which status an outcome is answered. What could not be told may be asked again; where it was not asked, because
 * the registry leads to where the policy lets nobody go, that stays so, and a promotion need not wait for it.
 */
export function statusOf({ isOk, outcome, codes }: AskedOutcome): Pick<Answer, 'status' | 'headers'> {
  if (isOk) return { status: 200 };
  const isFinal = outcome === 'refused' || codes.some((code) => misdirected.test(code));
  return isFinal ? { status: 422 } : { status: 503, headers: { 'retry-after': String(retryAfterSeconds) } };
}
