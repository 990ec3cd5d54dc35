import { OciError } from '@release-capsule/oci';
import { VerifyError, type VerifyErrorCode } from '../../errors.ts';
import { Problem, type ProblemCode } from '../request/problem.ts';
import { shortReason } from '../request/reason.ts';
import { RequestEnded } from '../request/request-time.ts';
import type { Answer } from '../request/route.ts';

const retryAfterSeconds = 5;

const codes: Partial<Record<VerifyErrorCode, ProblemCode>> = {
  IMAGE_AMBIGUOUS: 'RELEASE_AMBIGUOUS',
  CAPSULE_UNNAMED: 'REQUEST_INVALID',
};

/** Turns whatever ended a request into a problem. Of a malfunction the caller learns that it was one, and nothing else. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof RequestEnded) return endedProblem(error);
  if (error instanceof OciError && error.code === 'STORAGE_FAILED') {
    return new Problem('MALFUNCTION', 'the service cannot write its temporary files', { cause: error });
  }
  const code = error instanceof VerifyError ? codes[error.code] : undefined;
  if (code !== undefined && error instanceof VerifyError) return new Problem(code, error.message, { cause: error });
  return new Problem('MALFUNCTION', 'the service has failed; its log says how', { cause: error });
}

/** Puts a problem into an answer. */
export function problemAnswer({ status, message, code, hint, headers }: Problem): Answer {
  return { status, headers, body: { ok: false, reason: shortReason(message), hint, code } };
}

/** Tells a client of a service that is being stopped when to ask again: another one answers. */
export function stoppingProblem(seconds: number): Problem {
  const headers = { 'retry-after': String(seconds) };
  return new Problem('STOPPING', 'the service is being stopped', { headers });
}

function endedProblem(error: RequestEnded): Problem {
  if (error.why === 'stopping') return stoppingProblem(retryAfterSeconds);
  const headers = { 'retry-after': String(retryAfterSeconds) };
  return new Problem('DEADLINE_PASSED', `the time for an answer is up, ${error.during}`, { headers, cause: error });
}
