import { type Descriptor, MemoryStore, settleDefaults, type Store } from '@release-capsule/oci';
import { predicateTypes } from '@release-capsule/schema';
import { attachBundle } from './attach-bundle.ts';
import { attachLegacy, type AttachLegacyOptions } from './legacy/attach-legacy.ts';
import type { LegacyLayer } from './legacy/legacy-layer.ts';
import { signBundle, type SignBundleOptions } from './sign-bundle.ts';
import type { SignatureFacts } from './signature-facts.ts';
import type { Signer } from './signer.ts';
import { signatureStatement } from './statement.ts';

/** How cosign's older signature is made. */
export interface LegacySignatureOptions {
  /** Registry and repository. */
  readonly dockerReference: string;
  /**
   * Judges the finished signature as a verifier will, in a store that holds nothing but its tag. Where it throws, nothing
   * is published.
   */
  readonly check?: (draft: MemoryStore) => Promise<void>;
  /** Time, chance, and how long is waited for others who write the same tag. */
  readonly settle?: AttachLegacyOptions['settle'];
}

// A draft has no other writer.
const alone = { ...settleDefaults, policy: { confirmations: 1, waitMs: 0, maxWaitMs: 0, attempts: 1 } };

/** Options of {@link signManifest}. */
export interface SignManifestOptions extends SignBundleOptions {
  /** The clock behind the signature manifest's `created`; the system's by default. */
  readonly now?: (() => Date) | undefined;
  /** Adds cosign's older `.sig` tag: registry and repository are in what it signs. */
  readonly legacy?: LegacySignatureOptions | undefined;
  /** Hears who signed, when, and where it is logged, once the signature is attached. */
  readonly onSigned?: ((facts: SignatureFacts) => void) | undefined;
}

/**
 * Signs a manifest, whatever it is of, and attaches the signature to it. Not exported from the package: who signs a
 * capsule checks it first.
 * Source: cosign v3.1.2, specs/BUNDLE_SPEC.md.
 * @throws {PackError} `SIGNING_FAILED`, `SIGNATURE_REJECTED`, `TAG_LOST`, those of signer and witnesses; {OciError} what the store throws.
 */
export async function signManifest(
  store: Store,
  subject: Descriptor,
  signer: Signer,
  options: SignManifestOptions,
): Promise<Descriptor> {
  const { now = () => new Date(), witnesses, checkBundle, onSigned, signal } = options;
  // Everything is signed before anything is attached. The bundle comes last: where it is found, nothing is missing.
  const layer = await legacyLayer(subject, signer, options);
  const bundle = await signBundle(signatureStatement(subject.digest), signer, { witnesses, checkBundle, signal });
  const legacy = layer === undefined ? undefined : await attachLegacy(store, subject, layer, { signal, settle: options.legacy?.settle });
  const attached = await attachBundle(store, bundle, { subject, predicateType: predicateTypes.signature, created: now(), signal });
  if (onSigned !== undefined) {
    const { bundleFacts } = await import('./bundle-facts.ts');
    onSigned({ ...bundleFacts(bundle), ...(legacy !== undefined && { legacy: legacy.digest }) });
  }
  return attached;
}

async function legacyLayer(
  subject: Descriptor,
  signer: Signer,
  { legacy, witnesses = [], signal }: SignManifestOptions,
): Promise<LegacyLayer | undefined> {
  if (legacy === undefined) return undefined;
  const { dockerReference, check } = legacy;
  const { signLegacyLayer } = await import('./legacy/legacy-layer.ts');
  const layer = await signLegacyLayer(signer, { digest: subject.digest, dockerReference, witnesses, signal });
  if (check === undefined) return layer;
  const draft = new MemoryStore();
  await attachLegacy(draft, subject, layer, { signal, settle: alone });
  await check(draft);
  return layer;
}
