import { type Descriptor, type Fetcher, maxMetadataBytes, parseManifest } from '@release-capsule/oci';
import { maxBundleBytes, parseBundle, type SignedBundle } from './bundle.ts';
import { bundleMediaTypePrefix } from './list-candidates.ts';
import type { LookupFailure } from './lookup-failure.ts';
import { type ReadBudget, readFailure, readWithin } from './read-budget.ts';
import { refuse, type Refusal } from './refusal.ts';

/** Options of {@link openCandidate}. */
export interface OpenCandidateOptions {
  /** The manifest that must be the subject. */
  readonly subject: Descriptor;
  /** How much may be read: of the manifest and of the bundle, in bytes. */
  readonly budget: ReadBudget;
  readonly signal?: AbortSignal | undefined;
}

/** Says that the manifest carries no Sigstore bundle at all. */
export interface NotABundle {
  readonly kind: 'not-a-bundle';
}

/**
 * Opens a referrer's manifest and the bundle in it. What the list of referrers said about it is not relied on.
 * Source: cosign v3.1.2, specs/BUNDLE_SPEC.md; pkg/oci/remote/signatures.go, `Bundle`.
 */
export async function openCandidate(
  store: Fetcher,
  candidate: Descriptor,
  { subject, budget, signal }: OpenCandidateOptions,
): Promise<SignedBundle | NotABundle | Refusal | LookupFailure> {
  try {
    const bytes = await readWithin(store, candidate, { maxBytes: maxMetadataBytes, budget, signal });
    const manifest = parseManifest(bytes, candidate.mediaType);
    const [layer, ...others] = manifest.layers;
    if (layer?.mediaType.startsWith(bundleMediaTypePrefix) !== true) return { kind: 'not-a-bundle' };
    if (others.length > 0) {
      return refuse('SIGNATURE_MALFORMED', `has ${manifest.layers.length} layers in its manifest, wanted one`);
    }
    if (manifest.subject?.digest !== subject.digest) {
      return refuse('SIGNATURE_OTHER_SUBJECT', `is attached to ${manifest.subject?.digest ?? 'nothing'}`);
    }
    return parseBundle(await readWithin(store, layer, { maxBytes: maxBundleBytes, budget, signal }));
  } catch (error) {
    return readFailure(error, signal);
  }
}
