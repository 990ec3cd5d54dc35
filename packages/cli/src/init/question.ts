import type { Check } from './check-answers.ts';

/** What is known of an answer before anybody is asked. */
export type Known =
  | { readonly kind: 'found'; readonly value: string }
  /** A person should look at it; `--yes` takes it. */
  | { readonly kind: 'suggested'; readonly value: string }
  | { readonly kind: 'unknown'; readonly choices: readonly string[] };

/** One thing that has to be known. */
export interface Question {
  /** The option that answers it, with its value's name: `--image REPOSITORY`. */
  readonly flag: string;
  /** For people on a terminal: `Image repository`. */
  readonly label: string;
  readonly given: string | undefined;
  readonly known: Known;
  readonly check: Check;
}

/** Says that an answer is known. */
export function found(value: string): Known {
  return { kind: 'found', value };
}

/** Says that an answer is suggested, where there is something to suggest. */
export function suggested(value: string | undefined): Known {
  return value === undefined ? unknown() : { kind: 'suggested', value };
}

/** Says that an answer is not known, and what it may be. */
export function unknown(choices: readonly string[] = []): Known {
  return { kind: 'unknown', choices };
}
