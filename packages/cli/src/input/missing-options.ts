import { CliError } from '../errors.ts';
import { listOf } from '../output/list-of.ts';

/** An option that a command cannot do without. */
export interface NeededOption {
  /** With its value's name: `--to REFERENCE`. Two ways to say it are one option: `--freight FILE or --image IMAGE`. */
  readonly flag: string;
  readonly isGiven: boolean;
  /** The key of `capsule.yaml` that says it, too. */
  readonly key?: string;
}

/**
 * Reports several missing options at once: one a run is a run for each. A single one is left to where it is read, which
 * knows more about it.
 * @throws {CliError} `OPTION_INVALID`.
 */
export function refuseSeveralMissing(needed: readonly NeededOption[]): void {
  const missing = needed.filter(({ isGiven }) => !isGiven);
  if (missing.length < 2) return;
  const keys = missing.flatMap(({ key }) => key ?? []);
  const orKeys = keys.length === 0 ? '' : `; or write ${listOf(keys)} into capsule.yaml`;
  throw new CliError('OPTION_INVALID', `${listOf(missing.map(({ flag }) => flag.replace(/ .*/, '')))} are missing`, {
    hint: `Give ${listOf(missing.map(({ flag }) => flag))}${orKeys}.`,
  });
}

/** Tells whether an option was given; a variable that is not set in a script gives nothing. */
export function wasGiven(...values: readonly (string | boolean | undefined)[]): boolean {
  return values.some((value) => value !== undefined && value !== '' && value !== false);
}
