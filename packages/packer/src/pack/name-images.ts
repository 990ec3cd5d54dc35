import {
  compareNames,
  formatImageText,
  imageNamesIn,
  type ImageNaming,
  type LockedImage,
  type NamedImages,
  type NamesComparison,
  type PackageKind,
  type PinnedImage,
} from '@release-capsule/schema';
import { PackError } from '../errors.ts';
import { readFile } from '../source/read-file.ts';
import type { SourceFile } from '../source/source.ts';
import { nameApplication, nameLocked } from './derive-names.ts';
import type { PackOptions } from './pack-options.ts';
import { listOf } from './list-of.ts';
import type { PackWarning } from './pack-warning.ts';
import { withLock } from './read-lock.ts';

/** The images of a release, each with the names that the record will have. The tag is not yet decided. */
export interface RecordedImages {
  readonly image: (PinnedImage & ImageNaming) | undefined;
  readonly images: readonly LockedImage[];
}

/** What the names of images are taken from, beside the package's own files. */
export type NameImagesOptions = Pick<PackOptions, 'image' | 'images' | 'signal'> & { readonly lock: Uint8Array | undefined };

/**
 * Finds the names by which the package calls the images of the release: those of the lock file, else those that are stated,
 * and every spelling of the repository that the package's files show. Nothing is rendered.
 * @throws {PackError} `IMAGE_NOT_NAMED`, `IMAGE_NAME_AMBIGUOUS`, `LOCK_MISMATCH`; {SchemaError} `LOCK_INVALID`,
 * `LIMIT_EXCEEDED`.
 */
export async function nameImages(
  files: readonly SourceFile[],
  kind: PackageKind,
  { lock, signal, ...given }: NameImagesOptions,
): Promise<RecordedImages & { readonly warnings: readonly PackWarning[] }> {
  const { image: stated, images, areValuesKnown } = withLock(given, lock);
  const shown = await shownNames(files, kind, signal);
  // Rendering has tried every value that may set an image: the ones that the lock leaves out do not.
  const usable = areValuesKnown ? { ...shown, values: [] } : shown;
  const image = stated && { ...stated, ...nameApplication(stated, images, usable) };
  const locked = images.map((other) => ({ ...other, ...nameLocked(other, { image, images }, usable) }));
  const comparison = compareNames({ kind, image, images: locked }, shown, files.map(({ path }) => path));
  if (image !== undefined) assertNamed(image, comparison, shown);
  const { unshown } = comparison;
  return { image, images: locked, warnings: unshown.length === 0 ? [] : [unshownNames(unshown)] };
}

function shownNames(files: readonly SourceFile[], kind: PackageKind, signal?: AbortSignal): Promise<NamedImages> {
  const byPath = new Map<string, SourceFile>(files.map((file) => [file.path, file]));
  const read = async (path: string): Promise<Uint8Array> => {
    const file = byPath.get(path);
    return file === undefined ? new Uint8Array() : readFile(file, signal);
  };
  return imageNamesIn({ kind, paths: byPath.keys(), read });
}

/** @throws {PackError} `IMAGE_NOT_NAMED`, `IMAGE_NAME_AMBIGUOUS`. */
function assertNamed(image: PinnedImage & ImageNaming, comparison: NamesComparison, shown: NamedImages): void {
  const { repoURL, names, values } = image;
  const [ambiguous] = comparison.ambiguous;
  if (comparison.isNowhere || (names.length === 0 && values === undefined)) throw notNamed(repoURL, shown);
  if (ambiguous === undefined) return;
  const { name, tags } = ambiguous;
  throw new PackError('IMAGE_NAME_AMBIGUOUS', `the package names ${name} under several tags: ${listOf(tags)}`, {
    hint: 'State in image.names of capsule.yaml which of these tags are the application image, each with its tag.',
  });
}

function notNamed(repoURL: string, { names }: NamedImages): PackError {
  const named = names.length === 0 ? 'it names no image' : `it names ${listOf(names.map(formatImageText))}`;
  return new PackError('IMAGE_NOT_NAMED', `the package does not name the image ${repoURL}: ${named}`, {
    hint: 'State how the package calls the image: image.names in capsule.yaml, or --image-name; or run capsule lock.',
  });
}

function unshownNames(unshown: readonly string[]): PackWarning {
  return {
    code: 'IMAGE_NAMES_STATED',
    message: `no file of the package shows these stated names: ${listOf(unshown)}`,
    hint: 'Run capsule lock, which finds the names by rendering; or check that the rendered package uses them.',
  };
}
