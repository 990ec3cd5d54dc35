import { VerifyError } from '../errors.ts';

/** Makes the error that says why nothing could be written to a target. */
export function writeFailed(path: string, cause: Error): VerifyError {
  return new VerifyError('WRITE_FAILED', `${path} cannot be written: ${cause.message}`, {
    hint: 'Free some space there, or choose a directory that can be written.',
    cause,
  });
}
