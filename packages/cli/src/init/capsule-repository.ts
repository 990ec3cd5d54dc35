import type { Hosting } from './hosting.ts';

const gitLabRegistry = 'registry.gitlab.com';

/** Whether an image lies in the registry of a GitLab project, as far as its name and the project's address say it. */
export function isInGitLabRegistry(image: string, hosting: Hosting | undefined, isGitLab: boolean): boolean {
  if (image.startsWith(`${gitLabRegistry}/`)) return true;
  const project = hosting?.path.toLowerCase();
  const path = image.slice(image.indexOf('/') + 1);
  return isGitLab && project !== undefined && project !== '' && (path === project || path.startsWith(`${project}/`));
}

/**
 * Names the repository of the capsule beside the image's. GitLab's registry has repositories only at a project's path and
 * below it: what stands beside the project's own belongs to another project.
 * Source: docs.gitlab.com, "Container registry", "Naming convention for your container images".
 */
export function capsuleBeside(image: string, hosting: Hosting | undefined, isGitLab: boolean): string {
  if (!isInGitLabRegistry(image, hosting, isGitLab)) return `${image}-capsule`;
  const project = hosting?.path.toLowerCase() ?? '';
  const isBelowProject = project !== '' && image.slice(image.indexOf('/') + 1).startsWith(`${project}/`);
  return isBelowProject ? `${image}-capsule` : `${image}/capsule`;
}
