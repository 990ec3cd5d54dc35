import { formatImageText, normaliseImageName } from '../images/image-text.ts';
import type { NamedImages } from '../images/name-images.ts';
import type { NamedImage } from '../images/shown-names.ts';
import type { ImageName, ImageNaming, ImageValues, PackageKind } from '../record/release-record.ts';

/** An image by its repository, and how the package names it. */
export interface NamedRepository extends Partial<ImageNaming> {
  readonly repoURL: string;
  readonly tag?: string | undefined;
  readonly digest?: string | undefined;
}

/** What a comparison needs to know of a release. */
export interface NamedRelease {
  readonly kind: PackageKind;
  readonly image?: NamedRepository | undefined;
  readonly images: readonly NamedRepository[];
}

/** A name that a record has without a tag, while the package shows it under several. */
export interface AmbiguousName {
  readonly name: string;
  readonly tags: readonly string[];
}

/** How the names of a record compare with those that a package shows. */
export interface NamesComparison {
  /** Whether the package, rendered, cannot name the application image: it would run another one. */
  readonly isNowhere: boolean;
  /** Names of the application image that the package shows and the record leaves out. */
  readonly leftOut: readonly NamedImage[];
  readonly ambiguous: readonly AmbiguousName[];
  /** Names, and paths of values, that the record has and the package does not show. */
  readonly unshown: readonly string[];
  /** Every other image that the package names, and the record does not lock. */
  readonly unlocked: readonly NamedImage[];
}

/**
 * Compares how a record names its images with what the package's files show. Nothing is rendered, so that a name which
 * only a template puts together is not shown. A kustomize package without charts must show one of the names.
 * Source: docs/verification.md, "Names of images".
 */
export function compareNames(release: NamedRelease, shown: NamedImages, paths: Iterable<string>): NamesComparison {
  const { image, images } = release;
  const own = image === undefined ? [] : shown.names.filter((name) => isNamed(name, image));
  const others = shown.names.filter((name) => !own.includes(name));
  const unlocked = others.filter((name) => !images.some((locked) => isLocked(name, locked)));
  const leftOut = image === undefined ? [] : unlocked.filter((name) => isLeftOut(name, image));
  return {
    isNowhere: image !== undefined && own.length === 0 && !mayBeTemplated(release, paths),
    leftOut,
    ambiguous: image === undefined ? [] : ambiguousNames(image, own),
    unshown: [image, ...images].flatMap((named) => (named === undefined ? [] : unshownOf(named, shown))),
    unlocked: unlocked.filter((name) => !leftOut.includes(name)),
  };
}

/** Tells whether one of an image's names is this name as it is shown. A missing tag, on either side, stands for every tag. */
export function isNamed({ name, tag }: ImageName, { names = [] }: Partial<ImageNaming>): boolean {
  return names.some((own) => own.name === name && (own.tag === undefined || tag === undefined || own.tag === tag));
}

/** Tells whether two spellings mean one repository. */
export function isSameImageName(a: string, b: string): boolean {
  return normaliseImageName(a) === normaliseImageName(b);
}

/**
 * Another spelling of a recorded name is left out, as one of the repository is. A recorded name under another tag is not: it
 * is another program of the same repository.
 */
function isLeftOut({ name }: NamedImage, { repoURL, names = [] }: NamedRepository): boolean {
  const isOurs = isSameImageName(name, repoURL) || names.some((own) => isSameImageName(own.name, name));
  return isOurs && !names.some((own) => own.name === name);
}

function isLocked(shown: NamedImage, locked: NamedRepository): boolean {
  // What the package pins itself runs as it is pinned, whatever the record says of its name.
  if (shown.digest !== undefined && locked.digest !== undefined && shown.digest !== locked.digest) return false;
  if (isNamed(shown, locked)) return true;
  const isSameTag = locked.tag === undefined || shown.tag === undefined || locked.tag === shown.tag;
  return isSameTag && isSameImageName(shown.name, locked.repoURL);
}

function ambiguousNames({ names = [] }: NamedRepository, own: readonly NamedImage[]): readonly AmbiguousName[] {
  return names.flatMap(({ name, tag }) => {
    const tags = own.flatMap((shown) => (shown.name === name && shown.tag !== undefined ? [shown.tag] : []));
    const distinct = [...new Set(tags)];
    return tag === undefined && distinct.length > 1 ? [{ name, tags: distinct }] : [];
  });
}

function unshownOf(image: NamedRepository, shown: NamedImages): readonly string[] {
  const { names = [], values } = image;
  const missing = names.filter((own) => !shown.names.some((name) => isNamed(name, { names: [own] })));
  const isUnshown = values !== undefined && !shown.values.some((found) => isValuesOf(found, image) && hasPaths(found.paths, values));
  return [
    ...missing.map(formatImageText),
    ...(isUnshown ? [`values ${Object.values(values).filter((path) => path !== undefined).join(', ')}`] : []),
  ];
}

/** Tells whether values name an image: by one of its names, or by its repository. */
export function isValuesOf({ image }: NamedImages['values'][number], { repoURL, names = [] }: NamedRepository): boolean {
  return isSameImageName(image.name, repoURL) || names.some((own) => own.name === image.name);
}

function hasPaths(found: ImageValues, wanted: ImageValues): boolean {
  const known = new Map(Object.entries(found));
  return Object.entries(wanted).every(([key, path]) => path === undefined || known.get(key) === path);
}

/** The templates of a chart can put together a name that no file shows; so can a chart that a kustomization inflates. */
function mayBeTemplated({ kind }: NamedRelease, paths: Iterable<string>): boolean {
  return kind === 'helm' || [...paths].some((path) => /(?:^|\/)Chart\.yaml$|\.tgz$/.test(path));
}
