/** Where a relative path leads: a path below the package's root (`''` is the root itself), or out of it. */
export type ResolvedPath = { readonly inside: true; readonly path: string } | { readonly inside: false };

/**
 * Resolves a path against a directory of the package, by its text alone as Go's `filepath.Join` does. A path that
 * leaves the root and comes back is outside: what the root is called depends on where the package lies.
 * @param directory below the package's root, `''` for the root.
 */
export function resolvePath(directory: string, path: string): ResolvedPath {
  if (path.startsWith('/')) return { inside: false };
  const segments = directory === '' ? [] : directory.split('/');
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') segments.push(segment);
    else if (segments.pop() === undefined) return { inside: false };
  }
  return { inside: true, path: segments.join('/') };
}
