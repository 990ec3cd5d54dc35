import {
  type CapsuleContent,
  compareNames,
  formatImageText,
  type ImageName,
  imageNamesIn,
  isSameImageName,
  type NamedImages,
  type NamesComparison,
  packageFiles,
  type ReleaseRecord,
  SchemaError,
} from '@release-capsule/schema';
import { type Finding, proven, refuted, unknown } from '../findings/finding.ts';

/** How IMAGES is judged. */
export interface ImagesOptions {
  /** Whether every other image that the package names must be locked. */
  readonly isLocked: boolean;
  /** Repositories of images that need no lock. */
  readonly unlocked: readonly string[];
  /** Reads a file by its path in the capsule; undefined if it is too large to be judged. */
  readonly read: (path: string) => Uint8Array | undefined;
}

/**
 * Judges IMAGES: the package names its images as the record says. Nothing is rendered: a name that a template puts
 * together stays unknown.
 */
export async function judgeImages(content: CapsuleContent, record: ReleaseRecord, options: ImagesOptions): Promise<readonly Finding[]> {
  const paths = packageFiles(content.files, record).map((file) => file.path);
  const { kind } = record.package;
  const shown = await shownNames(paths, record, options);
  if ('code' in shown) return [shown];
  const comparison = compareNames({ kind, image: record.image, images: record.images }, shown, paths);
  const defects = namingDefects(record, comparison, shown);
  const named = defects.length > 0 ? defects : [namedAs(record, comparison)];
  return options.isLocked ? [...named, judgeLocked(comparison, options.unlocked)] : named;
}

async function shownNames(
  paths: readonly string[],
  { package: { kind, path: root } }: ReleaseRecord,
  { read }: ImagesOptions,
): Promise<NamedImages | Finding> {
  try {
    return await imageNamesIn({ kind, paths, read: (path) => read(`${root}/${path}`) ?? new Uint8Array() });
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    return refuted('IMAGE_NAMES_TOO_MANY', error.message);
  }
}

function namingDefects(record: ReleaseRecord, { isNowhere, leftOut, ambiguous }: NamesComparison, shown: NamedImages): readonly Finding[] {
  const repository = record.image?.repoURL ?? '';
  const findings: Finding[] = [];
  if (leftOut.length > 0) {
    const evidence = { repository, names: texts(leftOut), files: leftOut.slice(0, maxNamed).map(({ file }) => file) };
    const message = `the package names the image ${repository} as ${texts(leftOut).join(', ')}, which the record leaves out`;
    findings.push(refuted('IMAGE_NAMES_DIFFER', message, { evidence }));
  }
  if (isNowhere) {
    const named = shown.names.length === 0 ? 'no image' : texts(shown.names).join(', ');
    const message = `the package does not name the image ${repository}; it names ${named}`;
    findings.push(refuted('IMAGE_NOT_NAMED', message, { evidence: { repository, names: texts(shown.names) } }));
  }
  for (const { name, tags } of ambiguous) {
    const message = `the package has ${name} under several tags (${tags.join(', ')}), and the record does not say which`;
    findings.push(refuted('IMAGE_NAME_AMBIGUOUS', message, { evidence: { name, tags: tags.slice(0, maxNamed) } }));
  }
  return findings;
}

function namedAs({ image, images }: ReleaseRecord, { unshown }: NamesComparison): Finding {
  if (unshown.length > 0) {
    const message = `the record names its images ${unshown.slice(0, maxNamed).join(', ')}, which no file of the package shows`;
    return unknown('IMAGE_NAMES_STATED', message, { evidence: { unshown: unshown.slice(0, maxNamed) } });
  }
  const names = texts([...(image?.names ?? []), ...images.flatMap((locked) => locked.names ?? [])]);
  if (names.length === 0) return proven('IMAGES_NAMED', 'the record names no image of the package');
  return proven('IMAGES_NAMED', `the package names its images as the record says: ${names.join(', ')}`, { evidence: { names } });
}

function judgeLocked({ unlocked }: NamesComparison, allowed: readonly string[]): Finding {
  const left = unlocked.filter(({ name }) => !allowed.some((repository) => isSameImageName(name, repository)));
  if (left.length === 0) return proven('IMAGES_LOCKED', 'every other image that the files of the package show is locked or allowed');
  const evidence = { names: texts(left), files: left.slice(0, maxNamed).map(({ file }) => file) };
  return refuted('IMAGE_NOT_LOCKED', `the package names images that are not locked to a digest: ${texts(left).join(', ')}`, { evidence });
}

const maxNamed = 20; // of up to a thousand: enough to see what is missing

function texts(names: readonly ImageName[]): readonly string[] {
  return names.slice(0, maxNamed).map(formatImageText);
}
