/** What a package URL needs to know of an image. */
export interface NamedImage {
  /** Registry and repository: `ghcr.io/example/app`. */
  readonly repoURL: string;
  readonly digest: string;
  readonly tag?: string;
}

/**
 * Names an image as a package URL: `pkg:oci/app@sha256%3A…?repository_url=ghcr.io/example/app`.
 * Source: package-url/purl-spec, types/oci-definition.json.
 */
export function imagePackageUrl({ repoURL, digest, tag }: NamedImage): string {
  const name = repoURL.slice(repoURL.lastIndexOf('/') + 1).toLowerCase();
  const qualifiers = [`repository_url=${encodeQualifier(repoURL)}`];
  if (tag !== undefined) qualifiers.push(`tag=${encodeQualifier(tag)}`);
  return `pkg:oci/${encodeURIComponent(name)}@${encodeURIComponent(digest)}?${qualifiers.join('&')}`;
}

/** Names a chart that lies in a package: `pkg:helm/redis@1.2.3`. */
export function chartPackageUrl(name: string, version: string): string {
  return `pkg:helm/${encodeURIComponent(name)}@${encodeURIComponent(version)}`;
}

function encodeQualifier(text: string): string {
  return encodeURIComponent(text).replaceAll('%2F', '/');
}
