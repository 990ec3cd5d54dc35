import { CliError } from '../errors.ts';

/** Collects an option that may be given several times. */
export function repeatable(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

/**
 * Returns the value of an option that a command cannot do without. Commander would complain of it before it looked
 * for mistyped options, which is what a missing one mostly is.
 * @throws {CliError} `OPTION_INVALID`.
 */
export function requiredOption(value: string | undefined, flag: string): string {
  if (value !== undefined && value !== '') return value; // an unset variable in a script is no value
  throw new CliError('OPTION_INVALID', `${flag.replace(/ .*/, '')} is missing`, { hint: `Give ${flag}.` });
}
