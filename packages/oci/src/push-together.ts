import type { ReferrerBatcher, ReferrerLister, Store } from './ports.ts';

/**
 * Does `work` with a store that lists the referrers pushed to it in one write, where the store needs a write to list them:
 * a registry without the referrers API. Any other store lists each when it is pushed.
 * @throws {OciError} what the store throws; `TAG_CONFLICT`, `TAG_IMMUTABLE` where the list cannot be written.
 */
export function pushTogether<Target extends Store, Result>(
  store: Target & Partial<ReferrerBatcher>,
  work: (store: Target | (Store & ReferrerLister)) => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  return store.pushTogether === undefined ? work(store) : store.pushTogether(work, signal);
}
