import { parsePinnedImage, quote, SchemaError } from '@release-capsule/schema';
import { assertArguments } from '../assert-arguments.ts';
import { VerifyError } from '../errors.ts';
import { isSameRepository, normaliseRepository } from '../repository-name.ts';
import type { Freight, FreightImage } from './freight.ts';
import { otherRepositoryText } from './other-repository.ts';

/** What tells the images of a Freight apart. */
export interface FreightRoles {
  /** The capsule's repository: the reference's own, else the policy's. */
  readonly capsuleRepository?: string | undefined;
  /** The application image's repository, where the policy names it. */
  readonly imageRepository?: string | undefined;
  /** With `locked`, no image of the Freight is the application's. */
  readonly pairing: 'image' | 'locked';
}

/** The images of a Freight by what they are to a release. */
export interface FreightRelease {
  /** The application image; absent where the Freight holds none. */
  readonly image?: FreightImage;
  /** The capsule; absent where the Freight holds none. */
  readonly capsule?: FreightImage;
  /** Every other image, which the record locks or the policy leaves open. */
  readonly others: readonly FreightImage[];
}

/**
 * Tells which image of a Freight is the application's and which is the capsule. Where no policy names the
 * application's repository, the one image beside the capsule is it.
 * @throws {VerifyError} `IMAGE_AMBIGUOUS` where several could be meant: guessing would pair at random.
 */
export function findRelease(freight: Freight, roles: FreightRoles): FreightRelease {
  const { capsuleRepository } = roles;
  const images = withoutRepetitions(freight.images);
  const capsules = images.filter(({ repoURL }) => isOf(repoURL, capsuleRepository));
  const rest = images.filter((image) => !capsules.includes(image));
  const candidates = applicationCandidates(rest, roles);
  const capsule = only(capsules, 'the capsule', 'Promote a Freight with one version of the capsule.');
  const other = otherRepositoryText(freight, [capsuleRepository, roles.imageRepository]);
  const image = only(candidates, 'the application image', hintFor(roles), other);
  const others = rest.filter((one) => one !== image);
  return { ...(image !== undefined && { image }), ...(capsule !== undefined && { capsule }), others };
}

/**
 * Makes a Freight of one pinned image, `repository:tag@sha256:...`, for those who have no Kargo.
 * @throws {VerifyError} `FREIGHT_INVALID`.
 */
export function freightFromImage(text: string): Freight {
  assertArguments({ text: 'text' }, { text });
  try {
    const { repoURL, tag, digest } = parsePinnedImage(text);
    const image = { repoURL, ...(tag !== undefined && { tag }), digest };
    return { images: [image], commits: [], charts: [], artifacts: [] };
  } catch (cause) {
    if (!(cause instanceof SchemaError)) throw cause;
    const hint = cause.hint ?? 'Give repository:tag@sha256:..., the digest in lower case.';
    throw new VerifyError('FREIGHT_INVALID', cause.message, { hint, cause });
  }
}

function applicationCandidates(rest: readonly FreightImage[], roles: FreightRoles): readonly FreightImage[] {
  if (roles.pairing === 'locked') return [];
  if (roles.imageRepository === undefined) return rest;
  return rest.filter(({ repoURL }) => isOf(repoURL, roles.imageRepository));
}

function isOf(repoURL: string, repository: string | undefined): boolean {
  return repository !== undefined && isSameRepository(repoURL, repository);
}

// Two subscriptions may find one image: that is no ambiguity.
function withoutRepetitions(images: readonly FreightImage[]): readonly FreightImage[] {
  const first = new Map<string, FreightImage>();
  for (const image of images) {
    const name = JSON.stringify([normaliseRepository(image.repoURL), image.tag, image.digest]);
    if (!first.has(name)) first.set(name, image);
  }
  return [...first.values()];
}

function only(images: readonly FreightImage[], what: string, hint: string, other?: string): FreightImage | undefined {
  if (images.length < 2) return images[0];
  const names = images.map(({ repoURL, tag, digest }) => quote(`${repoURL}:${tag ?? ''}@${digest ?? ''}`));
  const message = `the Freight holds several images that could be ${what}: ${names.slice(0, 5).join(', ')}`;
  throw new VerifyError('IMAGE_AMBIGUOUS', other === undefined ? message : `${other}, and several could be ${what}`, { hint });
}

function hintFor({ imageRepository, capsuleRepository }: FreightRoles): string {
  if (imageRepository !== undefined) return 'Promote a Freight with one version of the application image.';
  const capsule = capsuleRepository === undefined ? ' and the capsule in capsule.repository' : '';
  return `Name the application image in the policy's image.repository${capsule}, or say \`pairing: locked\`.`;
}
