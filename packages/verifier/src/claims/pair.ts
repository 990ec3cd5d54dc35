import { quote, type ReleaseImage, type ReleaseRecord } from '@release-capsule/schema';
import { type Finding, proven, refuted } from '../findings/finding.ts';
import type { FreightImage } from '../freight/freight.ts';
import { listRepositories } from '../freight/other-repository.ts';
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
  const unknown = release.others.filter((other) => isUnknown(other, record, allow.unlockedImages));
  const application = pairing === 'locked' ? [] : judgeApplication(record, release, unknown);
  const locked = release.others.flatMap((other) => judgeLocked(other, record));
  const defects = [...application, ...locked, ...judgeOthers(record, release, { unknown, application })];
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
function isUnrelated(record: ReleaseRecord, { image, capsule, others }: FreightRelease): boolean {
  const isCapsuleNamed = capsule?.digest !== undefined || capsule?.tag !== undefined;
  return image === undefined && !isCapsuleNamed && !others.some((other) => locksOf(other, record).length > 0);
}

interface JudgedOthers {
  readonly unknown: readonly FreightImage[];
  /** What was found of the application image: where the Freight has another one, it is not told twice. */
  readonly application: readonly Finding[];
}

function judgeOthers(record: ReleaseRecord, release: FreightRelease, { unknown, application }: JudgedOthers): readonly Finding[] {
  if (application.some(({ code }) => code === 'PAIR_REPOSITORY_DIFFERS') && release.image === undefined) return [];
  if (isUnrelated(record, release)) {
    const held = listRepositories(release.others.map(({ repoURL }) => repoURL)) || 'no image';
    const about = record.image === undefined ? 'no application image' : quote(record.image.repoURL);
    const message = `the Freight holds neither the capsule nor an image that its record names; it holds ${held}`;
    return [refuted('PAIR_FREIGHT_UNRELATED', `${message}; the record is about ${about}`)];
  }
  return unknown.map(({ repoURL, digest: got }) => {
    const message = `the Freight's image ${quote(repoURL)} is neither locked by the record nor left open by the policy`;
    return refuted('PAIR_IMAGE_UNKNOWN', message, { evidence: { repoURL, ...(got !== undefined && { got }) } });
  });
}

/** Lists the digests that a record locks of an image's repository. */
function locksOf({ repoURL }: FreightImage, { image, images }: ReleaseRecord): readonly string[] {
  const locks = [...images, ...(image === undefined ? [] : [image])];
  return locks.filter((lock) => isSameRepository(lock.repoURL, repoURL)).map(({ digest }) => digest);
}

function judgeApplication(
  { image: recorded }: ReleaseRecord,
  { image }: FreightRelease,
  unknown: readonly FreightImage[],
): readonly Finding[] {
  if (recorded === undefined) return [refuted('PAIR_IMAGE_MISSING', 'the record names no application image')];
  if (image === undefined) return unknown.length === 0 ? [] : [otherRepository(unknown, recorded)];
  // Of an image of another repository neither tag nor digest says anything.
  if (!isSameRepository(image.repoURL, recorded.repoURL)) return [otherRepository([image], recorded)];
  return [judgeTag(image, recorded), judgeDigest(image, recorded)].filter((finding) => finding !== undefined);
}

function otherRepository(held: readonly FreightImage[], { repoURL: wanted }: ReleaseImage): Finding {
  const message = `the Freight holds no image of ${quote(wanted)}; it holds ${listRepositories(held.map(({ repoURL }) => repoURL))}`;
  return refuted('PAIR_REPOSITORY_DIFFERS', message, { evidence: { got: held.map(({ repoURL }) => repoURL), wanted } });
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

// What is left out here is not compared: a mirror's copy of another application image, or a capsule in a repository
// that the policy does not name.
function isUnknown(other: FreightImage, record: ReleaseRecord, unlocked: readonly string[]): boolean {
  return locksOf(other, record).length === 0 && !unlocked.some((repository) => isSameRepository(repository, other.repoURL));
}

function judgeLocked(other: FreightImage, record: ReleaseRecord): readonly Finding[] {
  const { repoURL, digest: got } = other;
  const wanted = locksOf(other, record);
  if (wanted.length === 0 || wanted.some((digest) => digest === got)) return [];
  if (got === undefined) {
    const message = `the Freight's image ${quote(repoURL)} is locked by the record, and has no digest`;
    return [refuted('PAIR_LOCKED_DIGEST_ABSENT', message, { evidence: { repoURL, wanted } })];
  }
  const locked = wanted.join(' or ');
  const message = `the Freight's image ${quote(repoURL)} has the digest ${quote(got)}, the record locks ${locked}`;
  return [refuted('PAIR_LOCKED_DIGEST_DIFFERS', message, { evidence: { repoURL, got, wanted } })];
}
