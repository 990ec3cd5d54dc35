import { expect } from 'vitest';
import { OciError, type OciErrorCode } from '../errors.ts';

/** Runs an action and returns the {@link OciError} of this code that it has to end with. */
export async function expectCode(code: OciErrorCode, action: () => unknown): Promise<OciError> {
  const error = await outcome(action);
  expect(error).toBeInstanceOf(OciError);
  if (!(error instanceof OciError)) throw error;
  expect(`${error.code}: ${error.message}`).toMatch(new RegExp(`^${code}: `));
  return error;
}

async function outcome(action: () => unknown): Promise<unknown> {
  try {
    return await action();
  } catch (error) {
    return error;
  }
}
