import { type Descriptor, type Fetcher, readAll } from '@release-capsule/oci';
import { type LookupFailure, referrerFailure } from './lookup-failure.ts';
import type { Refusal } from './refusal.ts';

/** Counts what has been read against a bound, in bytes. */
export interface ReadBudget {
  left: number;
}

/** Options of {@link readWithin}. */
export interface ReadWithinOptions {
  readonly maxBytes: number;
  readonly budget: ReadBudget;
  readonly signal: AbortSignal | undefined;
}

/**
 * Reads content within a budget.
 * @throws {OciError} what the store throws; what {@link readFailure} understands where the budget is spent.
 */
export async function readWithin(store: Fetcher, target: Descriptor, { maxBytes, budget, signal }: ReadWithinOptions): Promise<Uint8Array> {
  // A target that is too large is not read, and so costs nothing.
  if (target.size <= maxBytes) spend(budget, target.size);
  return readAll(store, target, { maxBytes, signal });
}

/**
 * Tells what it means that a referrer could not be read.
 * @throws What is no error of the store: an abort, a malfunction.
 */
export function readFailure(error: unknown, signal: AbortSignal | undefined): LookupFailure | Refusal {
  signal?.throwIfAborted();
  return error instanceof BudgetSpent ? error.failure : referrerFailure(error);
}

function spend(budget: ReadBudget, bytes: number): void {
  if (bytes > budget.left) throw new BudgetSpent();
  budget.left -= bytes;
}

class BudgetSpent extends Error {
  readonly failure: LookupFailure = {
    kind: 'lookup-failure',
    code: 'SIGNATURE_TOO_MANY',
    message: 'the referrers are larger, all together, than the limit',
  };
}
