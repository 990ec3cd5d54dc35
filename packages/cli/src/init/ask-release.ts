import { basename } from 'node:path';
import { isKustomization, type PackageKind, packageKinds } from '@release-capsule/schema';
import { askImage } from './ask-image.ts';
import { capsuleBeside, isInGitLabRegistry } from './capsule-repository.ts';
import { checks } from './check-answers.ts';
import { checkPackageKind, checkPackagePath } from './check-package.ts';
import type { InitAnswers } from './init-answers.ts';
import type { InitFlags } from './init-flags.ts';
import type { Interview } from './interview.ts';
import type { PackageCandidate } from './package-candidates.ts';
import { found, type Known, suggested, unknown } from './question.ts';
import type { Survey } from './survey-repository.ts';

/** What is released. */
export type ReleaseAnswers = Pick<InitAnswers, 'name' | 'packagePath' | 'packageKind' | 'selection' | 'image' | 'imageName' | 'capsule'>;

/** Finds out or asks what is released: name, deploy package, image, and where the capsule goes. */
export async function askRelease(flags: InitFlags, survey: Survey, interview: Interview): Promise<ReleaseAnswers> {
  const name = await askName(flags, survey, interview);
  const deployPackage = await askPackage(flags, survey, interview);
  const { image, imageName } = await askImage(flags, { survey, deployPackage }, interview);
  const capsule = image === '' ? (flags.capsule ?? '') : await askCapsule(flags, { survey, image }, interview);
  const { include = [], exclude = [] } = survey.config?.package ?? {};
  const { references = [], secretValues = [] } = survey.config?.allow ?? {};
  const selection = { include, exclude, allow: { references, secretValues } };
  const { path: packagePath, kind: packageKind } = deployPackage;
  return { name, packagePath, packageKind, selection, image, imageName, capsule };
}

/**
 * Taken without asking, unless the image lies in the registry of a GitLab of your own: only the image's name says where the
 * project's repositories begin.
 */
async function askCapsule(
  flags: InitFlags,
  { survey: { config, hosting, ciSystems }, image }: { readonly survey: Survey; readonly image: string },
  interview: Interview,
): Promise<string> {
  const isGitLab = (hosting?.ci ?? flags.ci ?? ciSystems.join()) === 'gitlab';
  const beside = capsuleBeside(image, hosting, isGitLab);
  const isCertain = hosting?.ci !== undefined || !isInGitLabRegistry(image, hosting, isGitLab);
  return interview.answer({
    flag: '--capsule REPOSITORY',
    label: "The capsule's repository",
    given: flags.capsule ?? config?.capsule?.repository,
    known: isCertain ? found(beside) : suggested(beside),
    check: (text) => checks.capsule(text, image),
  });
}

async function askName(flags: InitFlags, { config, hosting, repository }: Survey, interview: Interview): Promise<string> {
  const repositoryName = hosting === undefined ? basename(repository.root) : hosting.path.replace(/^.*\//, '');
  const name = repositoryName.toLowerCase().replaceAll(/[^a-z0-9._-]+/g, '-').replaceAll(/^[._-]+|[._-]+$/g, '');
  const known = config !== undefined ? found(config.name) : name === '' ? unknown() : found(name);
  return interview.answer({ flag: '--name NAME', label: "The capsule's name", given: flags.name, known, check: checks.name });
}

async function askPackage(flags: InitFlags, survey: Survey, interview: Interview): Promise<PackageCandidate> {
  const path = await interview.answer({
    flag: '--package PATH',
    label: "The deploy package's directory",
    given: flags.package?.replace(/^(?:\.\/)+/, '').replace(/\/+$/, ''),
    known: knownPackage(survey),
    check: (text) => {
      checks.packagePath(text);
      checkPackagePath(text, survey.repository.files, survey.packages);
    },
  });
  const kind = await interview.answer({
    flag: '--kind KIND',
    label: 'What it is',
    given: flags.kind,
    known: path === '' ? found('kustomize') : knownKind(survey, path),
    check: (text) => {
      checks.kind(text);
      if (path !== '') checkPackageKind(packageKindOf(text), path, survey.repository.files);
    },
  });
  return { path, kind: packageKindOf(kind) };
}

function knownPackage({ config, packages }: Survey): Known {
  if (config !== undefined) return found(config.package.from);
  const [first, ...others] = packages;
  return first !== undefined && others.length === 0 ? found(first.path) : unknown(packages.map(({ path }) => path));
}

/** A Chart.yaml at the package's root makes a chart, as it does for the packer. */
function knownKind({ config, repository }: Survey, path: string): Known {
  if (config?.package.kind !== undefined && config.package.from === path) return found(config.package.kind);
  const inside = path === '.' ? repository.files : repository.files.filter((file) => file.startsWith(`${path}/`));
  if (inside.includes(path === '.' ? 'Chart.yaml' : `${path}/Chart.yaml`)) return found('helm');
  return inside.some(isKustomization) ? found('kustomize') : unknown(packageKinds);
}

function packageKindOf(text: string): PackageKind {
  return packageKinds.find((kind) => kind === text) ?? 'kustomize';
}
