import { quote, type ReleaseImage, type ReleaseRecord } from '@release-capsule/schema';
import { type Finding, proven, refuted } from '../findings/finding.ts';
import type { FreightImage } from '../freight/freight.ts';
import type { FreightRelease } from '../freight/freight-image.ts';
import type { Policy } from '../policy/policy.ts';
import { isSameRepository } from '../repository-name.ts';

/** What {@link judgePair} compares. */
export interface PairInput {
  readonly record: ReleaseRecord;
  readonly release: FreightRelease;
  readonly policy: Pick<Policy, 'pairing' | 'allow'>;
}

/**
 * Judges PAIR: the Freight's application image is the record's, and every other image of the Freight has a digest that
 * the record locks, or a repository that the policy leaves open. This is what keeps a package from being rendered for
 * another image than its own.
 */
export function judgePair({ record, release, policy: { pairing, allow } }: PairInput): readonly Finding[] {
  const application = pairing === 'locked' ? [] : judgeApplication(record, release);
  const others = release.others.flatMap((other) => judgeOther(other, record, allow.unlockedImages));
  const defects = [...application, ...others, ...judgeRelation(record, release)];
  return defects.length > 0 ? defects : [accept(record, release, pairing)];
}

function accept({ image }: ReleaseRecord, release: FreightRelease, pairing: Policy['pairing']): Finding {
  if (pairing === 'locked') {
    return proven('PAIR_LOCKED', 'no image of the Freight contradicts what the record locks');
  }
  const evidence = { image: image === undefined ? '' : `${image.repoURL}@${image.digest}` };
  return release.image === undefined
    ? proven('PAIR_FROM_RECORD', "the Freight holds no application image: the signed record's is used", { evidence })
    : proven('PAIR_MATCHES', "the Freight's image is the one that the record was made for", { evidence });
}

/**
 * A Freight that speaks neither of the capsule nor of an image of the record permits nothing: without this, whoever
 * names the capsule could choose any that was ever signed. A capsule without tag and digest is any of its repository.
 */
function judgeRelation(record: ReleaseRecord, { image, capsule, others }: FreightRelease): readonly Finding[] {
  const isCapsuleNamed = capsule?.digest !== undefined || capsule?.tag !== undefined;
  if (image !== undefined || isCapsuleNamed || others.some((other) => locksOf(other, record).length > 0)) return [];
  return [refuted('PAIR_FREIGHT_UNRELATED', 'the Freight holds neither the capsule nor an image that its record names')];
}

/** Lists the digests that a record locks of an image's repository. */
function locksOf({ repoURL }: FreightImage, { image, images }: ReleaseRecord): readonly string[] {
  const locks = [...images, ...(image === undefined ? [] : [image])];
  return locks.filter((lock) => isSameRepository(lock.repoURL, repoURL)).map(({ digest }) => digest);
}

function judgeApplication({ image: recorded }: ReleaseRecord, { image }: FreightRelease): readonly Finding[] {
  if (recorded === undefined) return [refuted('PAIR_IMAGE_MISSING', 'the record names no application image')];
  if (image === undefined) return [];
  return [
    judgeRepository(image, recorded),
    judgeTag(image, recorded),
    judgeDigest(image, recorded),
  ].filter((finding) => finding !== undefined);
}

function judgeRepository({ repoURL: got }: FreightImage, { repoURL: wanted }: ReleaseImage): Finding | undefined {
  if (isSameRepository(got, wanted)) return undefined;
  const message = `the Freight's image is from ${quote(got)}, the record's from ${quote(wanted)}`;
  return refuted('PAIR_REPOSITORY_DIFFERS', message, { evidence: { got, wanted } });
}

// A Freight made of flags may leave the tag out: the digest says more.
function judgeTag({ tag: got }: FreightImage, { tag: wanted }: ReleaseImage): Finding | undefined {
  if (got === undefined || got === wanted) return undefined;
  const message = `the Freight's image has the tag ${quote(got)}, the record's ${quote(wanted)}`;
  return refuted('PAIR_TAG_DIFFERS', message, { evidence: { got, wanted } });
}

function judgeDigest({ repoURL, digest: got }: FreightImage, { digest: wanted }: ReleaseImage): Finding | undefined {
  if (got === wanted) return undefined;
  if (got === undefined) {
    const absent = `the Freight's image ${quote(repoURL)} has no digest`;
    return refuted('PAIR_DIGEST_ABSENT', absent, { evidence: { wanted } });
  }
  const message = `the Freight's image has the digest ${quote(got)}, the record's is ${wanted}`;
  return refuted('PAIR_DIGEST_DIFFERS', message, { evidence: { got, wanted } });
}

// What is left out here, nobody compares: a mirror's copy of another application image, or a capsule in a repository
// that the policy does not name.
function judgeOther(other: FreightImage, record: ReleaseRecord, unlocked: readonly string[]): readonly Finding[] {
  const { repoURL, digest: got } = other;
  const wanted = locksOf(other, record);
  if (wanted.some((digest) => digest === got)) return [];
  if (wanted.length === 0) {
    if (unlocked.some((repository) => isSameRepository(repository, repoURL))) return [];
    const message = `the Freight's image ${quote(repoURL)} is none that the record locks, nor one that the policy leaves open`;
    return [refuted('PAIR_IMAGE_UNKNOWN', message, { evidence: { repoURL, ...(got !== undefined && { got }) } })];
  }
  if (got === undefined) {
    const message = `the Freight's image ${quote(repoURL)} is locked by the record, and has no digest`;
    return [refuted('PAIR_LOCKED_DIGEST_ABSENT', message, { evidence: { repoURL, wanted } })];
  }
  const locked = wanted.join(' or ');
  const message = `the Freight's image ${quote(repoURL)} has the digest ${quote(got)}, the record locks ${locked}`;
  return [refuted('PAIR_LOCKED_DIGEST_DIFFERS', message, { evidence: { repoURL, got, wanted } })];
}
