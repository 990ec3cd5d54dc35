import { type Descriptor, type Fetcher, maxMetadataBytes, parseManifest, readAll } from '@release-capsule/oci';
import { maxBundleBytes, parseBundle, type SignedBundle } from './bundle.ts';
import { bundleMediaTypePrefix } from './list-candidates.ts';
import { type LookupFailure, referrerFailure } from './lookup-failure.ts';
import { refuse, type Refusal } from './refusal.ts';

/** Options of {@link openCandidate}. */
export interface OpenCandidateOptions {
  /** The manifest that must be the subject. */
  readonly subject: Descriptor;
  /** How much may be read: of the manifest and of the bundle, in bytes. */
  readonly budget: ReadBudget;
  readonly signal?: AbortSignal | undefined;
}

/** Counts what has been read against a bound, in bytes. */
export interface ReadBudget {
  left: number;
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
    const bytes = await read(store, candidate, { maxBytes: maxMetadataBytes, budget, signal });
    const manifest = parseManifest(bytes, candidate.mediaType);
    const [layer, ...others] = manifest.layers;
    if (layer?.mediaType.startsWith(bundleMediaTypePrefix) !== true) return { kind: 'not-a-bundle' };
    if (others.length > 0) {
      return refuse('SIGNATURE_MALFORMED', `has ${manifest.layers.length} layers in its manifest, wanted one`);
    }
    if (manifest.subject?.digest !== subject.digest) {
      return refuse('SIGNATURE_OTHER_SUBJECT', `is attached to ${manifest.subject?.digest ?? 'nothing'}`);
    }
    return parseBundle(await read(store, layer, { maxBytes: maxBundleBytes, budget, signal }));
  } catch (error) {
    signal?.throwIfAborted();
    return error instanceof BudgetSpent ? error.failure : referrerFailure(error);
  }
}

interface ReadOptions {
  readonly maxBytes: number;
  readonly budget: ReadBudget;
  readonly signal: AbortSignal | undefined;
}

function read(store: Fetcher, target: Descriptor, { maxBytes, budget, signal }: ReadOptions): Promise<Uint8Array> {
  // A target that is too large is not read, and so costs nothing.
  if (target.size <= maxBytes) spend(budget, target.size);
  return readAll(store, target, { maxBytes, signal });
}

function spend(budget: ReadBudget, bytes: number): void {
  if (bytes > budget.left) throw new BudgetSpent();
  budget.left -= bytes;
}

class BudgetSpent extends Error {
  readonly failure: LookupFailure = {
    kind: 'lookup-failure',
    code: 'SIGNATURE_TOO_MANY',
    message: 'the referrers are larger, all together, than the limit',
  };
}
