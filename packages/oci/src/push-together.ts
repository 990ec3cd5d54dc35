import type { ReferrerBatcher, Store } from './ports.ts';

/**
 * Does `work` with a store that lists the referrers pushed to it in one write, where the store needs a write to list them:
 * a registry without the referrers API. Any other store lists each when it is pushed.
 * @throws {OciError} what the store throws; `TAG_CONFLICT`, `TAG_IMMUTABLE` where the list cannot be written.
 */
export function pushTogether<T>(
  store: Store | (Store & ReferrerBatcher),
  work: (store: Store) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  return 'pushTogether' in store ? store.pushTogether(work, signal) : work(store);
}
