import { CliError } from '../errors.ts';

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

/** The bounds of a duration, in milliseconds. */
export interface DurationBounds {
  readonly minMs: number;
  readonly maxMs: number;
}

/**
 * Parses a duration such as `500ms`, `8s` or `2m` into milliseconds.
 * @throws {CliError} `OPTION_INVALID`.
 */
export function parseDuration(text: string, flag: string, { minMs, maxMs }: DurationBounds): number {
  const [, digits, unit] = /^([0-9]{1,6})(ms|s|m)$/.exec(text) ?? [];
  const ms = Number(digits ?? NaN) * (units[unit ?? ''] ?? NaN);
  if (ms >= minMs && ms <= maxMs) return ms;
  throw new CliError('OPTION_INVALID', `${flag} is ${JSON.stringify(text)}`, {
    hint: `Give a duration such as 500ms, 8s or 2m, from ${minMs}ms to ${maxMs / 1000}s.`,
  });
}
