import type { Style } from './style.ts';

/** A warning as the libraries give it. */
export interface Warning {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** Describes warnings to people: each with its code, then what to do about it. */
export function warningLines(warnings: readonly Warning[], style: Style): readonly string[] {
  return warnings.flatMap(({ code, message, hint }) => [`${style.yellow('!')} ${message} ${style.dim(`[${code}]`)}`, `  ${hint}`]);
}
