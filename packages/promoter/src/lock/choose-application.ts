import { compareImageNames, formatImageText, type ImageLock, type ImageName, isNamed, isSameImageName } from '@release-capsule/schema';
import { PromoteError } from '../errors.ts';
import type { LockOptions, LockWarning, RunImage, StatedApplication } from './lock-options.ts';

/** The names of the application image, and the images that are not it. */
export interface ChosenApplication {
  readonly names: readonly ImageName[];
  readonly others: readonly RunImage[];
  readonly warnings: readonly LockWarning[];
}

/** What decides between the images. */
export type ChooseOptions = Pick<LockOptions, 'previous' | 'choose'> & {
  readonly application: StatedApplication;
  /** Tags under which the package's bytes show names: a name that has several needs its tag stated. */
  readonly shown: readonly RunImage[];
};

/**
 * Decides by which names the package calls the application image: those that are stated, every spelling of its
 * repository, else those of the previous lock, else what a person answers.
 * @throws {PromoteError} `IMAGE_UNDECIDED`.
 */
export async function chooseApplication(images: readonly RunImage[], options: ChooseOptions): Promise<ChosenApplication> {
  const { application, previous } = options;
  const stated = application.names ?? [];
  const spelled = images.filter(({ name }) => isSameImageName(name, application.repository)).map(({ name }) => name);
  const own = [...new Set([...stated.map(({ name }) => name), ...spelled])];
  const before = lockedBefore(application, previous).filter((locked) => images.some((image) => isNamed(image, { names: [locked] })));
  const names = own.length === 0 ? await namesOf(before, images, options) : own;
  const tagged = await withTags(names, images, { ...options, stated: [...stated, ...before] });
  const unseen = stated.filter((name) => !images.some((image) => isNamed(image, { names: [name] })));
  return {
    names: [...tagged].sort(compareImageNames),
    others: images.filter((image) => !isNamed(image, { names: tagged })),
    warnings: unseen.map(({ name, tag }) => unseenName(formatImageText({ name, tag }))),
  };
}

/** Another repository's lock says nothing of this one. */
function lockedBefore({ repository }: StatedApplication, previous: ImageLock | undefined): readonly ImageName[] {
  const { image } = previous ?? {};
  return image !== undefined && isSameImageName(image.repository, repository) ? image.names : [];
}

async function namesOf(before: readonly ImageName[], images: readonly RunImage[], options: ChooseOptions): Promise<readonly string[]> {
  if (before.length > 0) return [...new Set(before.map(({ name }) => name))];
  return answer([...new Set(images.map(({ name }) => name))], options, (choices) => {
    const { repository } = options.application;
    const named = choices.length === 0 ? 'it runs no image' : `it runs ${choices.join(', ')}`;
    return `the package does not run ${repository} under its own name: ${named}`;
  });
}

/** A name under several tags is several programs, or one in several versions: only people know. */
async function withTags(
  names: readonly string[],
  images: readonly RunImage[],
  options: ChooseOptions & { readonly stated: readonly ImageName[] },
): Promise<readonly ImageName[]> {
  const named: ImageName[] = [];
  for (const name of names) {
    const stated = options.stated.filter((one) => one.name === name && one.tag !== undefined);
    const [run, all] = [tagsOf(name, images), tagsOf(name, [...images, ...options.shown])];
    const [only] = run;
    if (stated.length > 0) named.push(...distinctNames(stated));
    else if (all.length < 2) named.push({ name });
    else if (only !== undefined && run.length === 1) named.push({ name, tag: only });
    else named.push(...(await chooseTags(name, run.length === 0 ? all : run, options)));
  }
  return named;
}

async function chooseTags(name: string, tags: readonly string[], options: ChooseOptions): Promise<readonly ImageName[]> {
  const chosen = await answer(tags.map((tag) => `${name}:${tag}`), options, (choices) => {
    return `the package runs ${name} under several tags, which may be several programs: ${choices.join(', ')}`;
  });
  return chosen.map((text) => ({ name, tag: text.slice(name.length + 1) }));
}

function tagsOf(name: string, images: readonly RunImage[]): readonly string[] {
  const tags = images.flatMap((image) => (image.name === name && image.tag !== undefined ? [image.tag] : []));
  return [...new Set(tags)].sort();
}

async function answer(
  choices: readonly string[],
  { application: { repository }, choose }: ChooseOptions,
  why: (choices: readonly string[]) => string,
): Promise<readonly string[]> {
  const chosen = choices.length === 0 ? [] : ((await choose?.({ repository, choices })) ?? []);
  if (chosen.length > 0 && chosen.every((choice) => choices.includes(choice))) return chosen;
  throw new PromoteError('IMAGE_UNDECIDED', why(choices), {
    hint: 'Say which of them is the application: --image-name NAME, or image.names in capsule.yaml.',
  });
}

function distinctNames(names: readonly ImageName[]): readonly ImageName[] {
  return [...new Map(names.map(({ name, tag }) => [`${name}:${tag ?? ''}`, { name, ...(tag !== undefined && { tag }) }])).values()];
}

function unseenName(name: string): LockWarning {
  return {
    code: 'NAMES_STATED',
    message: `capsule.yaml states the name ${name} of the image, and nothing that was looked at has it`,
    hint: 'Correct image.names, unless values or patches that are not in the package bring this name.',
  };
}
