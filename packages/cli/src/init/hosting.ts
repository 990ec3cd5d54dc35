/** Who runs the CI jobs. */
export type CiSystem = 'github' | 'gitlab';

/** The file that a CI system reads its jobs from, and the file that this one's is in. */
export const ciFiles: Readonly<Record<CiSystem, { readonly mark: string; readonly written: string }>> = {
  github: { mark: '.github/workflows/', written: '.github/workflows/capsule.yml' },
  gitlab: { mark: '.gitlab-ci.yml', written: '.gitlab/capsule.yml' },
};

/** Where a repository is hosted, as far as its address says it. */
export interface Hosting {
  readonly origin: string;
  /** Without slashes at its ends: `example/app`, `group/sub/app`. */
  readonly path: string;
  /** Where the public instances are known by their name. */
  readonly ci?: CiSystem;
  /** Where that host keeps images, and where this repository's would be. */
  readonly imageRepository?: string;
}

/** Reads from a repository's address where it is hosted. */
export function hostingOf(repoURL: string): Hosting {
  const { origin, hostname, pathname } = new URL(repoURL);
  const path = pathname.replace(/^\/+|\/+$/g, '');
  if (hostname === 'github.com') return { origin, path, ci: 'github', imageRepository: `ghcr.io/${path.toLowerCase()}` };
  if (hostname === 'gitlab.com') return { origin, path, ci: 'gitlab', imageRepository: `registry.gitlab.com/${path.toLowerCase()}` };
  return { origin, path };
}

/** In whose name a job of a CI system signs. */
export interface CiIdentity {
  readonly issuer: string;
  readonly identity: string;
  /** What GitHub says of the run beside. */
  readonly github?: { readonly repository: string; readonly ref: string };
  /** The events that may start the job, as its CI system names them. */
  readonly triggers: readonly string[];
}

/**
 * What may start a job that signs: a push, a schedule, and a person who starts it by hand. Every other event can be set off
 * by a person who cannot push to the branch, and some of them still run in the branch's name.
 * Source: docs.github.com, "Events that trigger workflows"; docs.gitlab.com, "Predefined CI/CD variables", CI_PIPELINE_SOURCE.
 */
export const jobTriggers: Readonly<Record<CiSystem, readonly string[]>> = {
  github: ['push', 'schedule', 'workflow_dispatch'],
  gitlab: ['push', 'schedule', 'web'],
};

/**
 * Computes the identity that a job of the file that is written has on a branch.
 * Source: sigstore/fulcio docs/oidc.md, "GitHub" (job_workflow_ref, event_name) and "GitLab" (ci_config_ref_uri,
 * pipeline_source); docs.github.com,
 * "OpenID Connect reference", for GitHub Enterprise Server's issuer.
 */
export function ciIdentity(ci: CiSystem, { origin, path }: Hosting, branch: string): CiIdentity {
  const ref = `refs/heads/${branch}`;
  const triggers = jobTriggers[ci];
  if (ci === 'gitlab') return { issuer: origin, identity: `${origin}/${path}//${ciFiles.gitlab.mark}@${ref}`, triggers };
  const issuer = origin === 'https://github.com' ? 'https://token.actions.githubusercontent.com' : `${origin}/_services/token`;
  return { issuer, identity: `${origin}/${path}/${ciFiles.github.written}@${ref}`, github: { repository: path, ref }, triggers };
}
