import { type ImageLock, isSameImageName, type LockedImage, parseImageLock } from '@release-capsule/schema';
import { PackError } from '../errors.ts';
import type { PackOptions } from './pack-options.ts';

/** The images of a release, with the names that are stated for them. */
export interface StatedImages {
  readonly image?: NonNullable<PackOptions['image']> | undefined;
  readonly images: readonly LockedImage[];
  /** Whether the values that set an image were found by rendering. Then no other values set it. */
  readonly areValuesKnown: boolean;
}

/**
 * Puts the images that were given and those of a lock file together. The names of the lock win: it was made by rendering.
 * @throws {PackError} `LOCK_MISMATCH`; {SchemaError} `LOCK_INVALID`.
 */
export function withLock({ image, images = [] }: Pick<PackOptions, 'image' | 'images'>, bytes: Uint8Array | undefined): StatedImages {
  if (bytes === undefined) return { image, images, areValuesKnown: false };
  const lock = parseImageLock(bytes);
  if (image === undefined && lock.image !== undefined) {
    throw mismatch(`capsule.lock.yaml is for the image ${lock.image.repository}, but no image is released`);
  }
  const areValuesKnown = lock.rendered !== undefined;
  return { image: image && lockedNames(image, lock), images: lockedImages(images, lock), areValuesKnown };
}

function lockedNames(image: NonNullable<StatedImages['image']>, { image: locked }: ImageLock): NonNullable<StatedImages['image']> {
  if (locked === undefined) return image;
  if (!isSameImageName(locked.repository, image.repoURL)) {
    throw mismatch(`capsule.lock.yaml is for the image ${locked.repository}, but ${image.repoURL} is released`);
  }
  for (const { name } of image.names ?? []) {
    if (locked.names.some((known) => known.name === name)) continue;
    throw mismatch(`capsule.lock.yaml lacks the name ${name}, which is stated for the image`);
  }
  const { names, values } = locked;
  return { ...image, names, ...(values !== undefined && { values }) };
}

function lockedImages(given: readonly LockedImage[], { images }: ImageLock): readonly LockedImage[] {
  const locked = images.map(({ repository, ...rest }) => ({ repoURL: repository, ...rest }));
  for (const image of given) {
    const other = locked.find(({ repoURL, tag, digest }) => repoURL === image.repoURL && tag === image.tag && digest !== image.digest);
    if (other === undefined) continue;
    throw mismatch(`${image.repoURL} is given as ${image.digest}, but capsule.lock.yaml locks it to ${other.digest}`);
  }
  const isGiven = ({ repoURL, digest }: LockedImage): boolean =>
    locked.some((known) => known.repoURL === repoURL && known.digest === digest);
  return [...given.filter((image) => !isGiven(image)), ...locked];
}

function mismatch(message: string): PackError {
  return new PackError('LOCK_MISMATCH', message, { hint: 'Write capsule.lock.yaml again with capsule lock, and commit it.' });
}
