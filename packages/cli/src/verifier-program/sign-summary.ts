import { CliError } from '../errors.ts';
import type { prepareSummary as signingOne } from '../summary/sign-summary.ts';

/**
 * Refuses to sign: the program in the container image holds no code that could.
 * @throws {CliError} `OPTION_INVALID`.
 */
export const prepareSummary: typeof signingOne = async () => {
  throw new CliError('OPTION_INVALID', '--summary is given, but this program verifies alone and signs nothing', {
    hint: 'Sign the summary with the whole command: npx release-capsule verify --summary.',
  });
};
