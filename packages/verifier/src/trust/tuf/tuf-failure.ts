import { quote } from '@release-capsule/schema';
import { VerifyError } from '../../errors.ts';
import type { TufState } from './tuf-state.ts';

/** What is known of a refresh that failed. */
interface FailedRefresh {
  readonly mirror: string;
  /** The last answer that there was. */
  readonly last: TufState | undefined;
  readonly now: Date;
  /** Why no answer came; absent where one came and was turned down. */
  readonly unreachable: string | undefined;
}

const connectOnce =
  'Run this once where the repository can be reached; or capsule trust export there, and that file here: ' +
  '--trusted-root FILE, or trust.trustedRoot in the policy.';

/** Tells apart the three ways in which a refresh fails: nobody answered, the answer is too old, or it cannot be right. */
export function tufFailure(cause: unknown, { mirror, last, now, unreachable }: FailedRefresh): VerifyError {
  if (unreachable !== undefined && last !== undefined && last.expires <= now) {
    const message = `the root from ${mirror} is too old: it expired at ${last.expires.toISOString()}, and now ${unreachable}`;
    return new VerifyError('TRUST_EXPIRED', message, { hint: connectOnce, cause });
  }
  if (unreachable !== undefined) {
    return new VerifyError('TRUST_UNAVAILABLE', `no root could be got from ${mirror}: ${unreachable}`, { hint: connectOnce, cause });
  }
  if (cause instanceof Error && 'syscall' in cause) return diskFailure(cause);
  const why = cause instanceof Error ? cause.message : 'no reason given';
  // The library says it in words alone. An old repository may be a mirror that stands still, or one that is held back.
  if (/\bis expired\b/.test(why)) {
    return new VerifyError('TRUST_EXPIRED', `the root at ${mirror} is too old: ${quote(why)}`, {
      hint: 'Check the clock of this machine and TUF_MIRROR.',
      cause,
    });
  }
  const hint = 'Something on the way alters it, or it is another repository: check TUF_MIRROR and TUF_ROOT_JSON.';
  return new VerifyError('TRUST_INVALID', `what ${mirror} says cannot be trusted: ${quote(why)}`, { hint, cause });
}

/** Says that the disk refused what a refresh writes for itself. */
export function diskFailure(cause: unknown): VerifyError {
  const why = cause instanceof Error ? cause.message : 'no reason given';
  return new VerifyError('WRITE_FAILED', `no temporary file can be written for the root: ${why}`, {
    hint: 'Free some space, or name another directory with TMPDIR.',
    cause,
  });
}
