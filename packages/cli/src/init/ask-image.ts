import { isSameImageName } from '@release-capsule/schema';
import { checks } from './check-answers.ts';
import { imagesShown, isRepository } from './image-candidates.ts';
import type { InitAnswers } from './init-answers.ts';
import type { InitFlags } from './init-flags.ts';
import type { Interview } from './interview.ts';
import type { PackageCandidate } from './package-candidates.ts';
import { found, type Known, suggested, unknown } from './question.ts';
import type { Survey } from './survey-repository.ts';

/**
 * Finds out or asks which image is the application's, and what the package calls it. An image in another repository is
 * never taken without asking, even if the package runs no other: a fork's package names what it was forked from.
 */
export async function askImage(
  flags: InitFlags,
  { survey, deployPackage }: { readonly survey: Survey; readonly deployPackage: PackageCandidate },
  interview: Interview,
): Promise<Pick<InitAnswers, 'image' | 'imageName'>> {
  const { root, files } = survey.repository;
  const shown = deployPackage.path === '' ? [] : await imagesShown({ root, files, deployPackage });
  const image = await interview.answer({
    flag: '--image REPOSITORY',
    label: labelOf(survey, shown),
    given: flags.image,
    known: knownImage(survey, shown),
    check: checks.repository,
  });
  if (shown.length === 0 || image === '') return { image, imageName: flags.imageName ?? image };
  const imageName = await interview.answer({
    flag: '--image-name NAME',
    label: 'What the package calls it',
    given: flags.imageName,
    known: knownName(survey, image, shown),
    check: checks.imageName,
  });
  return { image, imageName };
}

/** The address of a GitLab of your own does not say where its registry is. */
function labelOf({ hosting, ciSystems }: Survey, shown: readonly string[]): string {
  const isOwnGitLab = hosting !== undefined && hosting.ci === undefined && ciSystems.join() === 'gitlab';
  const where = isOwnGitLab ? ' (GitLab shows it under Deploy, Container registry)' : '';
  return `The application image's repository${where}${shown.length === 0 ? '' : `; the package runs ${shown.join(', ')}`}`;
}

/** Taken without asking: the image in capsule.yaml, or the source host's own repository for this project if the package names it. */
function knownImage({ config, hosting }: Survey, shown: readonly string[]): Known {
  if (config?.image !== undefined) return found(config.image.repository);
  const likely = hosting?.imageRepository;
  if (likely === undefined) return unknown(shown.filter(isRepository));
  return shown.includes(likely) ? found(likely) : suggested(likely);
}

/** A name of the image is any spelling of its repository; its last part alone is one too, if only one image ends in it. */
function knownName({ config }: Survey, image: string, shown: readonly string[]): Known {
  const isStated = config?.image !== undefined && isSameImageName(config.image.repository, image);
  const [stated] = isStated ? (config.image.names ?? []) : [];
  const alike = shown.filter((name) => lastPart(name) === lastPart(image));
  const placeholder = alike.length === 1 && alike[0] === lastPart(image) ? alike[0] : undefined;
  const name = stated?.name ?? shown.find((spelled) => isSameImageName(spelled, image)) ?? placeholder;
  return name === undefined ? unknown(shown) : found(name);
}

function lastPart(image: string): string {
  return image.slice(image.lastIndexOf('/') + 1);
}
