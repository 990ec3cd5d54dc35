import { maxMetadataBytes, readAll } from '../content.ts';
import type { Descriptor, OciDigest } from '../descriptor.ts';
import { OciError } from '../errors.ts';
import { fallbackTag } from '../fallback-tag.ts';
import { parseIndex } from '../manifest.ts';
import type { Fetcher, ListedReferrer } from '../ports.ts';
import { scanReferrers, type ReferrerQuery } from '../referrers.ts';
import { findContradiction } from './find-contradiction.ts';
import { findTag, type LayoutIndex } from './layout-index.ts';

/**
 * Lists the referrers that a layout holds: the manifests in its index, and those in the index tagged
 * `sha256-<hex>` that clients write where they do not know of a referrers API, as far as their `subject` agrees.
 * Source: OCI distribution-spec v1.1.1, "Referrers Tag Schema".
 * @throws {OciError} at the end, what reading the first unreadable manifest threw, or `MANIFEST_INVALID` where an entry of
 * the layout's index contradicts its manifest.
 */
export async function* listLayoutReferrers(
  store: Fetcher,
  index: LayoutIndex,
  query: ReferrerQuery,
): AsyncGenerator<ListedReferrer, void, undefined> {
  const fallback = await readFallback(store, index, query);
  const candidates = new Map<OciDigest, Descriptor>();
  for (const descriptor of [...index.entries.map((entry) => entry.descriptor), ...fallback.manifests]) {
    // Whoever could state a wrong type in the layout's index could as well leave the manifest out.
    const artifactType = descriptor.artifactType ?? query.artifactType;
    if (artifactType === query.artifactType || query.artifactType === undefined) {
      candidates.set(descriptor.digest, descriptor);
    }
  }
  const listed = new Map(index.entries.map(({ descriptor }) => [descriptor.digest, descriptor]));
  let failure = fallback.failure;
  for await (const referrer of scanReferrers(store, candidates.values(), query)) {
    const contradiction = findContradiction(listed.get(referrer.digest), referrer);
    if (contradiction === undefined) yield { ...referrer, listedBy: 'layout' };
    else failure ??= contradiction;
  }
  if (failure !== undefined) throw failure;
}

interface Fallback {
  readonly manifests: readonly Descriptor[];
  /** Why it could not be read: reported last, so that it does not hide what the layout's own index lists. */
  readonly failure?: OciError;
}

async function readFallback(store: Fetcher, index: LayoutIndex, query: ReferrerQuery): Promise<Fallback> {
  try {
    const descriptor = findTag(index, fallbackTag(query.subject));
    if (descriptor === undefined) return { manifests: [] };
    const bytes = await readAll(store, descriptor, { maxBytes: maxMetadataBytes, signal: query.signal });
    return { manifests: parseIndex(bytes, descriptor.mediaType).manifests };
  } catch (error) {
    if (error instanceof OciError) return { manifests: [], failure: error };
    throw error;
  }
}
