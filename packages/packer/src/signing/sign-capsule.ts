import type { Descriptor, Store } from '@release-capsule/oci';
import { predicateTypes } from '@release-capsule/schema';
import { attachBundle } from './attach-bundle.ts';
import { signBundle, type SignBundleOptions } from './sign-bundle.ts';
import type { Signer } from './signer.ts';
import { signatureStatement } from './statement.ts';

/** Options of {@link signCapsule}. */
export interface SignCapsuleOptions extends SignBundleOptions {
  /**
   * Judges the stored capsule by the format, and throws where it is none: what could not be unpacked is never signed.
   * Required, so that it cannot be forgotten.
   */
  readonly checkContent: (store: Store, capsule: Descriptor, signal?: AbortSignal) => Promise<void>;
  /** The clock behind the signature manifest's `created`. */
  readonly now: () => Date;
}

/**
 * Signs a capsule's manifest and attaches the signature to it. Returns the signature manifest's descriptor.
 * Source: docs/format.md, "Signatures and attestations".
 * @throws {PackError} `NOT_A_CAPSULE`, `SIGNING_FAILED`, and what `checkContent` throws.
 */
export async function signCapsule(
  store: Store,
  capsule: Descriptor,
  signer: Signer,
  { checkContent, now, witnesses, signal }: SignCapsuleOptions,
): Promise<Descriptor> {
  await checkContent(store, capsule, signal);
  const bundle = await signBundle(signatureStatement(capsule.digest), signer, { witnesses, signal });
  const attachment = { subject: capsule, predicateType: predicateTypes.signature, created: now(), signal };
  return attachBundle(store, bundle, attachment);
}
