import {
  compareNames,
  formatImageText,
  imageNamesIn,
  type ImageName,
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
  const isUnnamed = names.length === 0 && values === undefined;
  if (comparison.isNowhere || isUnnamed) throw notNamed(repoURL, { shown, stated: names, mayBeTemplated: !comparison.isNowhere });
  if (ambiguous === undefined) return;
  const { name, tags } = ambiguous;
  throw new PackError('IMAGE_NAME_AMBIGUOUS', `the package names ${name} under several tags: ${listOf(tags)}`, {
    hint: 'State in image.names of capsule.yaml which of these tags are the application image, each with its tag.',
  });
}

interface Unnamed {
  readonly shown: NamedImages;
  readonly stated: readonly ImageName[];
  /** Whether a template may put the name together, so that no file shows it. */
  readonly mayBeTemplated: boolean;
}

function notNamed(repoURL: string, { shown, stated, mayBeTemplated }: Unnamed): PackError {
  const wanted = stated.length === 0 ? `does not name the image ${repoURL}` : `names the image neither ${repoURL} nor ${listed(stated)}`;
  const got = shown.names.length === 0 ? 'it names no image' : `it names ${listed(shown.names)}`;
  return new PackError('IMAGE_NOT_NAMED', `the package ${wanted}: ${got}`, {
    hint: hintOf(repoURL, { shown, stated, mayBeTemplated }),
  });
}

const stateIt = '--image-name NAME, or image.names in capsule.yaml';
const renderHint = `Run capsule lock, which renders the chart and finds the name; or give the name: ${stateIt}.`;
const otherNameHint = `If one of these is the application image under another name, give that name: ${stateIt}.`;

function hintOf(repoURL: string, { shown, mayBeTemplated }: Unnamed): string {
  if (mayBeTemplated) return renderHint;
  if (shown.names.length > 0) return otherNameHint;
  return `Write image: ${repoURL} into the manifest that runs it, or pack the directory that holds this manifest.`;
}

function listed(names: readonly ImageName[]): string {
  return listOf(names.map(formatImageText));
}

function unshownNames(unshown: readonly string[]): PackWarning {
  return {
    code: 'IMAGE_NAMES_STATED',
    message: `no file of the package shows these stated names: ${listOf(unshown)}`,
    hint: 'Run capsule lock, which finds the names by rendering; or check that the rendered package uses them.',
  };
}
