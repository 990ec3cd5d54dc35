import { type ArgumentShape, faultHint, findFault } from '@release-capsule/core';
import { PromoteError } from './errors.ts';

/**
 * Checks the arguments of an exported function, for callers that no compiler checks.
 * @throws {PromoteError} `OPTION_INVALID`.
 */
export function assertArguments(shape: ArgumentShape, values: Readonly<Record<string, unknown>>): void {
  const fault = findFault(shape, values);
  if (fault === undefined) return;
  throw new PromoteError('OPTION_INVALID', fault, { hint: faultHint });
}
