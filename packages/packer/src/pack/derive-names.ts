import {
  compareImageNames,
  type ImageName,
  type ImageNaming,
  type ImageValues,
  isNamed,
  isSameImageName,
  isValuesOf,
  type NamedImages,
  type NamedRepository,
} from '@release-capsule/schema';

/** How the package names the application image: as it is stated, and by every spelling of its repository. */
export function nameApplication(image: NamedRepository, locked: readonly NamedRepository[], shown: NamedImages): ImageNaming {
  const stated = image.names ?? [];
  const isOurs = (name: string): boolean => [image.repoURL, ...stated.map((own) => own.name)].some((own) => isSameImageName(own, name));
  const spelled = shown.names.filter(({ name }) => isOurs(name) && !stated.some((own) => own.name === name));
  const found = spelled.filter((name) => !locked.some((other) => isNamed(name, other)));
  const names = sorted([...stated, ...found.map(({ name }) => ({ name }))]);
  return { names, ...valuesOf({ ...image, names }, shown) };
}

/** The images of a release: a name can mean only one of them. */
interface Release {
  readonly image: NamedRepository | undefined;
  readonly images: readonly NamedRepository[];
}

/**
 * How the package names another image: as it is stated, else by every spelling of its repository, under the tag that it
 * is locked with.
 */
export function nameLocked(image: NamedRepository, { image: own, images }: Release, shown: NamedImages): Partial<ImageNaming> {
  const { names: stated, repoURL, tag } = image;
  const isTaken = (name: ImageName): boolean => isNamed(name, own ?? {}) || images.some((other) => isNamed(name, other));
  const spelled = shown.names.filter((name) => isSameImageName(name.name, repoURL) && !isTaken(name));
  const isAlone = images.filter((other) => isSameImageName(other.repoURL, repoURL)).length === 1;
  const tagged = spelled.filter((name) => name.tag !== undefined && name.tag === tag).map((name) => ({ name: name.name, tag }));
  const untagged = tag === undefined && isAlone ? spelled.map(({ name }) => ({ name })) : [];
  const names = stated === undefined ? sorted([...tagged, ...untagged]) : sorted(stated);
  return { ...(names.length > 0 && { names }), ...valuesOf({ ...image, names }, shown) };
}

/** The values that are stated; else those that name the image, if exactly one set does. */
function valuesOf(image: NamedRepository, shown: NamedImages): { readonly values?: ImageValues } {
  if (image.values !== undefined) return { values: image.values };
  const [first, ...others] = shown.values.filter((found) => isValuesOf(found, image));
  return first === undefined || others.length > 0 ? {} : { values: first.paths };
}

function sorted(names: readonly ImageName[]): readonly ImageName[] {
  const byText = new Map(names.map((name) => [`${name.name}:${name.tag ?? ''}`, name]));
  return [...byText.values()].sort(compareImageNames);
}
