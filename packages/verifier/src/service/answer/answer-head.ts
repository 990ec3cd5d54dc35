import { isFinal } from '../judge/is-transient.ts';
import type { Answer } from '../request/route.ts';
import type { AskedOutcome } from './outcome-of.ts';

const retryAfterSeconds = 5; // a registry that could not be asked for eight seconds

/**
 * Says with which status an outcome is answered, and what the log says of it. What could not be told may be asked again;
 * where no second try can change it, a promotion need not wait for that.
 */
export function answerHead(asked: AskedOutcome): Pick<Answer, 'status' | 'headers' | 'logged'> {
  return { ...statusOf(asked), logged: loggedOf(asked) };
}

function statusOf({ isOk, outcome, codes }: AskedOutcome): Pick<Answer, 'status' | 'headers'> {
  if (isOk) return { status: 200 };
  if (outcome === 'refused' || isFinal(codes)) return { status: 422 };
  return { status: 503, headers: { 'retry-after': String(retryAfterSeconds) } };
}

function loggedOf({ outcome, reason, hint }: AskedOutcome): NonNullable<Answer['logged']> {
  return { outcome, ...(reason !== '' && { reason }), hint };
}
