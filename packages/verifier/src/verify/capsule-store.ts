import type { ReadableStore, ReferrerLister } from '@release-capsule/oci';

/** What a verification reads from: content and tags, and what refers to them. */
export type CapsuleStore = ReadableStore & ReferrerLister;
