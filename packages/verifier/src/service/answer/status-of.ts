import type { Answer } from '../http/route.ts';
import type { AskedOutcome } from './outcome-of.ts';

const retryAfterSeconds = 5; // a registry that could not be asked for eight seconds

/** Says with which status an outcome is answered; what could not be told may be asked again. */
export function statusOf({ isOk, outcome }: AskedOutcome): Pick<Answer, 'status' | 'headers'> {
  if (isOk) return { status: 200 };
  return outcome === 'refused' ? { status: 422 } : { status: 503, headers: { 'retry-after': String(retryAfterSeconds) } };
}
