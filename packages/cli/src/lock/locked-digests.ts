import type { TaggedImage } from '@release-capsule/promoter';
import { type Digest, type LockedImageEntry, normaliseImageName, parsePinnedImage } from '@release-capsule/schema';

/** Makes what looks up the digest of an image among images whose digest is known. */
export function lockedDigests(images: readonly (string | LockedImageEntry)[]): (image: TaggedImage) => Digest | undefined {
  const byImage = new Map(images.map((image) => (typeof image === 'string' ? pinned(image) : locked(image))));
  return ({ repository, tag }) => byImage.get(`${repository}:${tag}`);
}

function pinned(text: string): readonly [string, Digest] {
  const { repoURL, tag, digest } = parsePinnedImage(text);
  return [`${normaliseImageName(repoURL)}:${tag ?? ''}`, digest];
}

function locked({ repository, tag, digest }: LockedImageEntry): readonly [string, Digest] {
  return [`${normaliseImageName(repository)}:${tag ?? ''}`, digest];
}
