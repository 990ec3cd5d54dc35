import type { Descriptor, ReadableStore, ReferrerLister } from '@release-capsule/oci';
import { type DescribedReferrer, describeLegacy, describeReferrer } from '@release-capsule/verifier';

/** How many attached things are listed: what a person reads. Anyone who may push could attach without end. */
export const maxListed = 100;

/** Lists what is attached to a capsule, under cosign's legacy tags too. It is described, not verified. */
export async function listAttached(
  store: ReadableStore & ReferrerLister,
  capsule: Descriptor,
  signal: AbortSignal,
): Promise<readonly DescribedReferrer[]> {
  const attached: DescribedReferrer[] = [];
  for await (const referrer of store.referrers(capsule, undefined, signal)) {
    if (attached.length === maxListed) break;
    attached.push(await describeReferrer(store, capsule, referrer, signal));
  }
  return [...attached, ...(await describeLegacy(store, capsule, { maxLayers: maxListed - attached.length, signal }))];
}
