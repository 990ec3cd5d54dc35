import { isImageName, normaliseSourceUrl, parseCapsuleName, parseEntryPath, parseRepository, quote } from '@release-capsule/schema';
import { CliError } from '../errors.ts';
import { gitLabLiteral } from './templates/gitlab-literal.ts';

/** Throws an error of ours, which says what is wrong, where a text is no answer. */
export type Check = (text: string) => unknown;

type Checked =
  | 'name' | 'packagePath' | 'kind' | 'repository' | 'imageName' | 'url' | 'gitopsRepo'
  | 'ci' | 'sign' | 'branch' | 'resource' | 'stages' | 'entry';

type Checks = Readonly<Record<Checked, Check>> & { readonly capsule: (text: string, image: string) => void };

/** What each answer has to be. */
export const checks: Checks = {
  name: parseCapsuleName,
  packagePath: (text) => (text === '.' ? text : parseEntryPath(text)),
  kind: oneOf('--kind', ['kustomize', 'helm']),
  repository: parseRepository,
  capsule: checkCapsule,
  imageName: checkImageName,
  url: normaliseSourceUrl,
  gitopsRepo: checkGitopsRepo,
  ci: oneOf('--ci', ['github', 'gitlab', 'none']),
  sign: oneOf('--sign', ['keyless', 'key']),
  branch: checkBranch,
  resource: checkResource,
  stages: parseStages,
  entry: checkEntry,
};

/**
 * Image and capsule have the same tag, so they cannot share a repository.
 * @throws {CliError} `OPTION_INVALID`; {SchemaError} `IMAGE_INVALID`.
 */
function checkCapsule(text: string, image: string): void {
  if (parseRepository(text) !== image) return;
  const hint = 'Give the capsule a repository of its own: both have the tag git-COMMIT.';
  throw invalid(`--capsule ${quote(text)} is the repository of the image`, hint);
}

/** @throws {CliError} `OPTION_INVALID`. */
function checkImageName(text: string): void {
  if (isImageName(text)) return;
  throw new CliError('OPTION_INVALID', `--image-name ${quote(text)} is not the name of an image`, {
    hint: 'Give it as the package writes it, without tag and digest.',
  });
}

/**
 * Takes the names of stages apart.
 * @throws {CliError} `OPTION_INVALID`.
 */
export function parseStages(text: string): readonly string[] {
  const stages = text.split(',').map((name) => name.trim());
  for (const name of stages) checkResource(name);
  const twice = stages.find((name, at) => stages.indexOf(name) !== at);
  if (twice !== undefined) {
    throw invalid(`the stage ${JSON.stringify(twice)} is named twice`, 'Name each stage once: --stages test,production.');
  }
  return stages;
}

function oneOf(flag: string, choices: readonly string[]): Check {
  return (text) => {
    if (!choices.includes(text)) throw invalid(`${flag} is ${JSON.stringify(text)}`, `Say ${choices.join(' or ')}.`);
  };
}

const maxBranchCharacters = 244; // what GitHub takes
const notInBranch = /[\p{Cc}\s~^:?*[\\]|\.\.|@\{|\/\/|\/\.|\.lock(?:\/|$)|^[-/.]|[/.]$/u;

/** Source: git-check-ref-format(1); what would begin or end an expression of GitHub's is left out as well. */
function checkBranch(text: string): void {
  if (text === '' || text.length > maxBranchCharacters || notInBranch.test(text)) {
    throw invalid(`${JSON.stringify(text)} cannot name a branch`, 'Give its name as git has it, without refs/heads/: --branch main.');
  }
  if (text.includes('${{') || text.includes('}}') || gitLabLiteral(text) === undefined) {
    throw invalid(`no condition of a CI job can name the branch ${JSON.stringify(text)}`, 'Release another branch: --branch main.');
  }
}

/** It is written as it stands: where everybody reads it, and where Kargo evaluates what looks like an expression. */
function checkGitopsRepo(text: string): void {
  try {
    normaliseSourceUrl(text);
  } catch {
    const hint = 'Give the address of the repository for rendered branches, as in --gitops-repo https://github.com/example/deployments.';
    throw invalid('--gitops-repo is not an https, ssh or scp-like address', hint);
  }
  if (!/^[a-z+]+:\/\/[^/]*:[^/]*@|^https?:\/\/[^/]*@/i.test(text) && !text.includes('${{')) return;
  const hint = 'Give the bare address, and the login to Kargo: kargo create repo-credentials.';
  throw invalid('--gitops-repo holds a login, or an expression', hint);
}

/** Source: Kubernetes v1.34 documentation, "Object Names and IDs", RFC 1123 label names. */
function checkResource(text: string): void {
  if (/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(text)) return;
  throw invalid(`${JSON.stringify(text)} cannot name a Kubernetes resource`, 'Use lower-case letters, digits and "-", 63 at most.');
}

function invalid(message: string, hint: string): CliError {
  return new CliError('OPTION_INVALID', message, { hint });
}

/** Kargo's task writes it into a file between quotes, and evaluates what looks like an expression. */
function checkEntry(text: string): void {
  const isPath = /^[\w.@+-]+(?:\/[\w.@+-]+)*$/.test(text) && !/(?:^|\/)\.{1,2}(?:\/|$)/.test(text);
  if (isPath || text === '.') return;
  const hint = 'Name it from the root of the package, with letters, digits and . _ - @ + alone: --entry overlays/production.';
  throw invalid(`${JSON.stringify(text)} cannot be the directory in the package that Kargo renders`, hint);
}
