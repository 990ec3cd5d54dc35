import { isJsonObject } from '@release-capsule/oci';
import { normaliseSourceUrl, SchemaError } from '@release-capsule/schema';

/** A Git repository as a provenance names it, and the commits that it names with it. */
export interface GitSource {
  /** In the form that a record has, or as it stands where it has no such form. */
  readonly repository: string;
  readonly commits: readonly string[];
}

/**
 * Reads a resource that may be a Git repository at a commit: `uri` and `digest`, as SLSA has both. Nothing for any other
 * resource.
 * Source: SLSA v1.1, "ResourceDescriptor"; SLSA v0.2, `materials`; SPDX 2.3, section 7.7 (`git+https://host/path@ref`).
 */
export function readGitSource(resource: unknown): GitSource | undefined {
  if (!isJsonObject(resource) || typeof resource['uri'] !== 'string') return undefined;
  const { uri, digest } = resource;
  const commits = commitsOf(digest, uri);
  return commits.length === 0 ? undefined : { repository: normaliseGitUri(uri), commits };
}

/** Brings the address of a repository into the form of a record: without `git+`, ref and fragment. */
export function normaliseGitUri(uri: string): string {
  const [address = ''] = uri.split('#');
  // An at sign before the path is a user's; in the path it begins the ref.
  const withoutRef = address.replace(/^([a-z+]+:\/\/[^/]*\/[^@]*)@.*$/i, '$1');
  try {
    return normaliseSourceUrl(withoutRef);
  } catch (error) {
    if (error instanceof SchemaError) return uri;
    throw error;
  }
}

// BuildKit and slsa-github-generator write sha1, GitHub and the SLSA specification gitCommit. An image's sha256 is no commit.
function commitsOf(digest: unknown, uri: string): readonly string[] {
  if (!isJsonObject(digest)) return [];
  const { gitCommit, sha1, sha256 } = digest;
  const values = [gitCommit, sha1, ...(uri.startsWith('git+') ? [sha256] : [])];
  return values.filter((value) => typeof value === 'string');
}
