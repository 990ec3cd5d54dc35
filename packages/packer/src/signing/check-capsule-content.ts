import { type Descriptor, type Fetcher, readAll } from '@release-capsule/oci';
import {
  assertContent,
  capsuleMediaTypes,
  defaultLimits,
  parseCapsuleManifest,
  type ReleaseRecord,
  SchemaError,
} from '@release-capsule/schema';
import { PackError } from '../errors.ts';

/** What a capsule that can be signed holds. */
export interface CheckedContent {
  readonly record: ReleaseRecord;
  /** The bytes of the record and of the metadata files. */
  readonly kept: ReadonlyMap<string, Uint8Array>;
}

/**
 * Judges a stored capsule by the format: nothing is signed that could not be unpacked. Whether its package may refer to
 * what it does not hold, or carry a Secret, is not judged here: the exceptions were stated to the packer alone.
 * Source: docs/format.md, "Where a capsule lives".
 * @throws {PackError} `NOT_A_CAPSULE`, with the claim's own error as its cause; {OciError} what the store throws where
 * it could not be read.
 */
export async function checkCapsuleContent(store: Fetcher, capsule: Descriptor, signal?: AbortSignal): Promise<CheckedContent> {
  try {
    const manifest = await readAll(store, capsule, { maxBytes: defaultLimits.maxManifestBytes, signal });
    const outline = parseCapsuleManifest(manifest);
    const layer = await store.fetch({ mediaType: capsuleMediaTypes.layer, ...outline.layer }, signal);
    const { kept } = await assertContent(layer, { record: outline.record, manifest: outline });
    return { record: outline.record, kept };
  } catch (cause) {
    if (!(cause instanceof SchemaError)) throw cause;
    throw new PackError('NOT_A_CAPSULE', `${capsule.digest} is not signed: ${cause.message}`, {
      hint: cause.hint ?? 'Sign what capsule pack made, by its own digest.',
      cause,
    });
  }
}
