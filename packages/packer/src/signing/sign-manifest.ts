import type { Descriptor, Store } from '@release-capsule/oci';
import { predicateTypes } from '@release-capsule/schema';
import { attachBundle } from './attach-bundle.ts';
import { signBundle, type SignBundleOptions } from './sign-bundle.ts';
import type { SignatureFacts } from './signature-facts.ts';
import type { Signer } from './signer.ts';
import { signatureStatement } from './statement.ts';

/** Options of {@link signManifest}. */
export interface SignManifestOptions extends SignBundleOptions {
  /** The clock behind the signature manifest's `created`. */
  readonly now: () => Date;
  /** Hears who signed, when, and where it is logged, once the signature is attached. */
  readonly onSigned?: ((facts: SignatureFacts) => void) | undefined;
}

/**
 * Signs a manifest, whatever it is of, and attaches the signature to it. Not exported from the package: who signs a
 * capsule checks it first.
 * Source: cosign v3.1.2, specs/BUNDLE_SPEC.md.
 * @throws {PackError} `SIGNING_FAILED`, `SIGNATURE_REJECTED`, those of signer and witnesses; {OciError} what the store throws.
 */
export async function signManifest(
  store: Store,
  subject: Descriptor,
  signer: Signer,
  { now, witnesses, checkBundle, onSigned, signal }: SignManifestOptions,
): Promise<Descriptor> {
  const bundle = await signBundle(signatureStatement(subject.digest), signer, { witnesses, checkBundle, signal });
  const attached = await attachBundle(store, bundle, { subject, predicateType: predicateTypes.signature, created: now(), signal });
  if (onSigned !== undefined) onSigned((await import('./bundle-facts.ts')).bundleFacts(bundle));
  return attached;
}
