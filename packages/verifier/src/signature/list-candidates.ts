import { type Descriptor, type ListedReferrer, mediaTypes, type ReferrerLister } from '@release-capsule/oci';
import { predicateTypes } from '@release-capsule/schema';
import { type LookupFailure, listFailure } from './lookup-failure.ts';
import type { Refusal } from './refusal.ts';

/** The media types of Sigstore bundles, of any version, begin so. */
export const bundleMediaTypePrefix = 'application/vnd.dev.sigstore.bundle';

/** The referrers that may be signatures, the likeliest first. */
export interface Candidates {
  readonly descriptors: readonly ListedReferrer[];
  /** How many referrers of any kind were listed. */
  readonly listed: number;
  /** Why there may be more. */
  readonly failure?: LookupFailure | Refusal;
}

/** Options of {@link listCandidates}. */
export interface ListCandidatesOptions {
  readonly maxListed: number;
  /** What is looked for: those that are announced as this come first. The signature unless given. */
  readonly predicateType?: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Lists the referrers of a manifest that may be Sigstore bundles. Those whose annotation says what is looked for come
 * first: the annotation is a hint that saves requests, and decides nothing.
 */
export async function listCandidates(
  store: ReferrerLister,
  subject: Descriptor,
  { maxListed, predicateType = predicateTypes.signature, signal }: ListCandidatesOptions,
): Promise<Candidates> {
  const found = new Map<string, ListedReferrer>();
  const sorted = (): readonly ListedReferrer[] => sort(found, predicateType);
  let listed = 0;
  try {
    // No artifact type is asked for: the store would leave out what the fallback index names wrongly.
    for await (const descriptor of store.referrers(subject, undefined, signal)) {
      listed += 1;
      if (listed > maxListed) return { descriptors: sorted(), listed: maxListed, failure: tooMany(maxListed) };
      if (mayBeBundle(descriptor) && !found.has(descriptor.digest)) found.set(descriptor.digest, descriptor);
    }
    return { descriptors: sorted(), listed };
  } catch (error) {
    signal?.throwIfAborted();
    return { descriptors: sorted(), listed, failure: listFailure(error) };
  }
}

function mayBeBundle({ mediaType, artifactType = '' }: Descriptor): boolean {
  if (mediaType !== mediaTypes.imageManifest) return false;
  // go-containerregistry 0.20.7, and so cosign 2.6.4, writes the config's type into fallback indexes.
  return artifactType === '' || artifactType === mediaTypes.empty || artifactType.startsWith(bundleMediaTypePrefix);
}

function sort(found: ReadonlyMap<string, ListedReferrer>, wanted: string): readonly ListedReferrer[] {
  const rank = (descriptor: Descriptor): number => ranks.indexOf(announcement(descriptor, wanted));
  return [...found.values()].sort((a, b) => rank(a) - rank(b));
}

/** Leaves out what announces itself as something else; some registries announce nothing. */
export function withoutOthers(candidates: Candidates, wanted: string): Candidates {
  return { ...candidates, descriptors: candidates.descriptors.filter((candidate) => announcement(candidate, wanted) !== 'other') };
}

const ranks = ['wanted', 'unknown', 'other'] as const;

/** Tells what the annotation of a referrer says that it is: what is looked for, nothing at all, or another predicate. */
export function announcement({ annotations }: Descriptor, wanted: string): (typeof ranks)[number] {
  const predicateType = annotations?.['dev.sigstore.bundle.predicateType'];
  if (predicateType === wanted) return 'wanted';
  return predicateType === undefined ? 'unknown' : 'other';
}

function tooMany(maxListed: number): LookupFailure {
  return { kind: 'lookup-failure', code: 'SIGNATURE_TOO_MANY', message: `there are more than ${maxListed} referrers` };
}
