import { type Descriptor, readAll, type ReadableStore, type ReferrerLister } from '@release-capsule/oci';
import {
  assertContent,
  capsuleMediaTypes,
  defaultLimits,
  formatTimestamp,
  parseCapsuleManifest,
  type ReleaseRecord,
} from '@release-capsule/schema';
import type { DescribedReferrer } from '@release-capsule/verifier';
import { listAttached } from './list-attached.ts';
import { type SuggestedPolicy, suggestPolicies } from './suggest-policies.ts';

/** A file of a capsule. */
export interface InspectedFile {
  readonly path: string;
  readonly size: number;
  readonly executable: boolean;
  readonly sha256: string;
}

/** What can be seen of a capsule. Nothing of it has been verified but the format. */
export interface Inspection {
  readonly digest: string;
  readonly created: string;
  readonly manifestBytes: number;
  readonly layer: { readonly digest: string; readonly size: number };
  readonly release: ReleaseRecord;
  readonly files: readonly InspectedFile[];
  readonly attached: readonly DescribedReferrer[];
  /** A policy for each signer that a signature names. */
  readonly policies: readonly SuggestedPolicy[];
}

/** How a capsule is inspected. */
export interface InspectCapsuleOptions {
  /** Registry and repository; absent where it lies in a layout. */
  readonly repository?: string;
  readonly signal: AbortSignal;
}

/**
 * Reads a capsule and everything attached to it.
 * @throws {SchemaError} where it is no capsule, or one that could not be unpacked; {OciError} what the store throws.
 */
export async function inspectCapsule(
  store: ReadableStore & ReferrerLister,
  capsule: Descriptor,
  { repository, signal }: InspectCapsuleOptions,
): Promise<Inspection> {
  const bytes = await readAll(store, capsule, { maxBytes: defaultLimits.maxManifestBytes, signal });
  const outline = parseCapsuleManifest(bytes);
  const layer = await store.fetch({ mediaType: capsuleMediaTypes.layer, ...outline.layer }, signal);
  const { files } = await assertContent(layer, { record: outline.record, manifest: outline });
  const attached = await listAttached(store, capsule, signal);
  return {
    digest: capsule.digest,
    created: formatTimestamp(outline.createdAt),
    manifestBytes: bytes.byteLength,
    layer: outline.layer,
    release: outline.record,
    files: files.map(({ path, size, executable, sha256 }) => ({ path, size, executable, sha256 })),
    attached,
    policies: suggestPolicies(attached, outline.record, repository),
  };
}
