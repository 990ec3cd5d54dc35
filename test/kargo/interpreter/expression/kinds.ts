import { ExpressionError } from './errors.ts';

/**
 * Takes a bool for what it is.
 * @throws {ExpressionError} for everything else.
 */
export function truth(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new ExpressionError(`expected a bool, got ${kindOf(value)}`);
}

/** Names the kind of a value, as expr-lang does in its messages. */
export function kindOf(value: unknown): string {
  return value === null ? '<nil>' : Array.isArray(value) ? 'list' : typeof value;
}
