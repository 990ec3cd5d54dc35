const schemePrefix = /^[a-z][a-z0-9+.-]*:\/\//i;
const httpScheme = /^https?:/i;
const forcedGetter = /^[a-z0-9]+::/i;
const userPrefix = /^[a-z][a-z0-9-]*@/i;
const githubHost = /^github\.com[/:]/i;

/**
 * Tells whether kustomize would fetch what it was asked to load as a file.
 * Source: kustomize v5, api/internal/loader/fileloader.go, `IsRemoteFile`.
 */
export function isRemoteFile(reference: string): boolean {
  return httpScheme.test(reference) || schemePrefix.test(reference);
}

/**
 * Tells whether kustomize would clone or fetch what it was asked to load as a resource or a base. It asks this *before*
 * it looks for a directory of that name: a directory `github.com/org/repo` in the package does not make it local.
 * Source: kustomize v5, api/internal/git/repospec.go, `NewRepoSpecFromURL`.
 */
export function isRemoteResource(reference: string): boolean {
  return (
    isRemoteFile(reference) || forcedGetter.test(reference) || userPrefix.test(reference) || githubHost.test(reference)
  );
}
