import { descriptorShape, type ShapeOf } from '@release-capsule/core';
import type { Descriptor, Store } from '@release-capsule/oci';
import { signerMethods, signingShape, storeMethods } from '../argument-shapes.ts';
import { assertArguments } from '../assert-arguments.ts';
import { checkCapsuleContent } from './check-capsule-content.ts';
import { type LegacySignatureOptions, signManifest, type SignManifestOptions } from './sign-manifest.ts';
import type { Signer } from './signer.ts';

/** Options of {@link signCapsule}. */
export type SignCapsuleOptions = SignManifestOptions;

const legacyShape: ShapeOf<LegacySignatureOptions> = { dockerReference: 'text', 'check?': 'function', 'settle?': 'object' };
const optionsShape: ShapeOf<SignCapsuleOptions> = { ...signingShape, 'legacy?': legacyShape, 'onSigned?': 'function' };

/**
 * Checks a capsule's content by the format, then signs its manifest and attaches the signature: what could not be
 * unpacked is never signed. Returns the signature manifest's descriptor.
 * Source: docs/format.md, "Signatures and attestations".
 * @throws {PackError} `OPTION_INVALID`, `NOT_A_CAPSULE`, `SIGNING_FAILED`; {OciError} what the store throws.
 */
export async function signCapsule(
  store: Store,
  capsule: Descriptor,
  signer: Signer,
  options: SignCapsuleOptions = {},
): Promise<Descriptor> {
  const wanted = { store: storeMethods, capsule: descriptorShape, signer: signerMethods, options: optionsShape };
  assertArguments(wanted, { store, capsule, signer, options });
  await checkCapsuleContent(store, capsule, options.signal);
  return signManifest(store, capsule, signer, options);
}
