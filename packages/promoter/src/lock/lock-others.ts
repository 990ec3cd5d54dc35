import { OciError } from '@release-capsule/oci';
import {
  compareUtf8,
  type Digest,
  formatImageText,
  type ImageName,
  isDigest,
  type LockedImageEntry,
  normaliseImageName,
} from '@release-capsule/schema';
import { PromoteError } from '../errors.ts';
import type { LockOptions, LockWarning, RunImage } from './lock-options.ts';

/** Images with their digests, and what was said of those that are left out. */
export interface LockedOthers {
  readonly images: readonly LockedImageEntry[];
  readonly warnings: readonly LockWarning[];
}

/** How images are locked. */
export type LockOthersOptions = Pick<LockOptions, 'resolve' | 'signal'> & {
  /** Names of the application image: one that it has can mean no other. */
  readonly taken: readonly ImageName[];
  /** Whether they were seen rendered: else a name may be one that a template goes on to change. */
  readonly isSeen: boolean;
};

/** Finds the digest of each image that is not the application's, and says by which names the package calls it. */
export async function lockOthers(images: readonly RunImage[], options: LockOthersOptions): Promise<LockedOthers> {
  const { resolve, signal, taken, isSeen } = options;
  const locked: LockedImageEntry[] = [];
  const warnings: LockWarning[] = [];
  if (images.length > maxImages) throw tooMany(images.length);
  for (const group of groups(images)) {
    signal?.throwIfAborted();
    const digest = isSeen ? await digestOf(group, resolve) : await digestIfKnown(group, resolve);
    if (digest === undefined) warnings.push(notResolved(group, isSeen));
    else locked.push(entryOf(group, digest, [...images, ...taken]));
  }
  return { images: locked.sort(compareEntries), warnings };
}

/** Spellings of one image. */
interface Group {
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
  readonly spellings: readonly RunImage[];
}

function groups(images: readonly RunImage[]): readonly Group[] {
  const byKey = new Map<string, Group>();
  for (const image of images) {
    const { name, digest } = image;
    const repository = normaliseImageName(name);
    const tag = image.tag ?? (digest === undefined ? 'latest' : undefined);
    const key = `${repository}:${tag ?? ''}@${digest ?? ''}`;
    byKey.set(key, { repository, tag, digest, spellings: [...(byKey.get(key)?.spellings ?? []), image] });
  }
  return [...byKey.values()];
}

/** An image that has its digest already: no registry is asked for it. */
async function digestOf({ repository, tag, digest }: Group, resolve: LockOptions['resolve']): Promise<Digest | undefined> {
  if (digest !== undefined) return isDigest(digest) ? digest : undefined;
  return tag === undefined ? undefined : resolve?.({ repository, tag });
}

const unknownCodes = ['REFERENCE_UNKNOWN', 'REPOSITORY_UNKNOWN', 'UNAUTHORIZED', 'FORBIDDEN', 'REFERENCE_INVALID'];

async function digestIfKnown(group: Group, resolve: LockOptions['resolve']): Promise<Digest | undefined> {
  if (group.spellings.every(({ tag, digest }) => tag === undefined && digest === undefined)) return undefined;
  try {
    return await digestOf(group, resolve);
  } catch (error) {
    if (error instanceof OciError && unknownCodes.includes(error.code)) return undefined;
    throw error;
  }
}

const maxImages = 256; // a release record locks no more

function tooMany(count: number): PromoteError {
  return new PromoteError('LIMIT_EXCEEDED', `the package runs ${count} images, more than the ${maxImages} that a release locks`, {
    hint: 'Leave out what is not deployed, with include and exclude patterns.',
  });
}

function entryOf({ repository, tag, spellings }: Group, digest: Digest, all: readonly ImageName[]): LockedImageEntry {
  const names = spellings.flatMap((image) => nameOf(image, all));
  return { repository, ...(tag !== undefined && { tag }), digest, ...(names.length > 0 && { names }) };
}

/** A name without a tag means the image under every tag: it can be recorded only if there is no other. */
function nameOf({ name, tag }: RunImage, all: readonly ImageName[]): readonly ImageName[] {
  if (tag !== undefined) return all.some((other) => other.name === name && other.tag === undefined) ? [] : [{ name, tag }];
  return all.filter((other) => other.name === name).length === 1 ? [{ name }] : [];
}

function notResolved({ repository, tag, digest }: Group, isSeen: boolean): LockWarning {
  const image = formatImageText({ name: repository, tag, digest });
  return {
    code: 'IMAGE_NOT_RESOLVED',
    message: `${image} is not in the lock: its digest is not known`,
    hint: isSeen
      ? 'Run capsule lock where its registry can be reached, without --no-resolve.'
      : 'It was not seen rendered. If the package runs it, lock it by images in capsule.yaml.',
  };
}

function compareEntries(a: LockedImageEntry, b: LockedImageEntry): number {
  return compareUtf8(a.repository, b.repository) || compareUtf8(a.tag ?? '', b.tag ?? '') || compareUtf8(a.digest, b.digest);
}
