import type { ReadableStore, ReferrerLister } from '@release-capsule/oci';

type Readable = ReadableStore & ReferrerLister;

/** A store of which some answers are not its own. */
export function altered(store: Readable, changes: Partial<Readable>): Readable {
  return {
    resolve: (reference, signal) => store.resolve(reference, signal),
    fetch: (target, signal) => store.fetch(target, signal),
    exists: (target, signal) => store.exists(target, signal),
    referrers: (subject, artifactType, signal) => store.referrers(subject, artifactType, signal),
    ...changes,
  };
}
