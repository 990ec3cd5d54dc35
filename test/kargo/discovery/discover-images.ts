import { type DiscoveredImage, readImage } from './read-image.ts';
import type { SubscribedRepository } from './subscribed-repository.ts';

/** An image subscription, as far as it says what is discovered. */
export interface ImageSubscription {
  readonly repoURL: string;
  readonly imageSelectionStrategy?: 'Digest' | 'Lexical' | 'NewestBuild' | 'SemVer';
  readonly allowTagsRegexes?: readonly string[];
  readonly ignoreTagsRegexes?: readonly string[];
  readonly cacheByTag?: boolean;
  readonly discoveryLimit?: number;
}

/** What Kargo has read before, by repository and tag. */
export type ImageCache = Map<string, DiscoveredImage>;

const defaultLimit = 20; // Kargo v1.11.2, pkg/subscription/image.go, `ApplySubscriptionDefaults`

/**
 * Lists what a subscription finds, best first. Source: Kargo v1.11.2, pkg/image/tag_based_selector.go, `MatchesTag`;
 * newest_build_selector.go, `Select` and `sort`; lexical_selector.go; semver_selector.go.
 */
export async function discoverImages(
  subscription: ImageSubscription,
  repository: SubscribedRepository,
  cache: ImageCache,
): Promise<readonly DiscoveredImage[]> {
  const { imageSelectionStrategy: strategy = 'SemVer', discoveryLimit: limit = defaultLimit } = subscription;
  const tags = (await repository.listTags()).filter((tag) => isAllowed(tag, subscription));
  const read = (tag: string): Promise<DiscoveredImage> => readCached(subscription, { tag, repository, cache });
  if (strategy === 'NewestBuild') return (await Promise.all(tags.map(read))).sort(newestFirst).slice(0, limit);
  if (strategy === 'Lexical') return Promise.all(tags.sort().toReversed().slice(0, limit).map(read));
  if (strategy === 'SemVer') return Promise.all(tags.filter(isSemver).slice(0, limit).map(read));
  throw new Error(`${strategy} is not modelled: it follows one mutable tag`);
}

function isAllowed(tag: string, { allowTagsRegexes: allow = [], ignoreTagsRegexes: ignore = [] }: ImageSubscription): boolean {
  if (ignore.some((pattern) => new RegExp(pattern).test(tag))) return false;
  return allow.length === 0 || allow.some((pattern) => new RegExp(pattern).test(tag));
}

/** With `cacheByTag`, what a tag once named is believed for as long as the controller runs. */
async function readCached(
  { repoURL, cacheByTag = false }: ImageSubscription,
  { tag, repository, cache }: { readonly tag: string; readonly repository: SubscribedRepository; readonly cache: ImageCache },
): Promise<DiscoveredImage> {
  const key = `${repoURL}:${tag}`;
  const known = cacheByTag ? cache.get(key) : undefined;
  const image = known ?? (await readImage(repository, tag));
  if (cacheByTag) cache.set(key, image);
  return image;
}

function newestFirst(one: DiscoveredImage, other: DiscoveredImage): number {
  const later = other.createdAt.getTime() - one.createdAt.getTime();
  return later === 0 ? compareTags(other.tag, one.tag) : later;
}

function compareTags(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
}

function isSemver(tag: string): boolean {
  return /^v?\d+\.\d+\.\d+/.test(tag); // with strictSemvers, the default, nothing may be missing
}
