import satisfies from 'semver/functions/satisfies.js';

const maxCharacters = 256; // of a range; the library bounds versions itself

/**
 * Tells whether a chart's version is one that a dependency or a lock admits: an exact version, with or without a leading
 * `v` and whatever its build metadata, or a range as Helm writes them.
 * Source: Helm v4, pkg/chart/v2/util/compatible.go; github.com/Masterminds/semver v3, "Checking Version Constraints".
 */
export function admitsVersion(range: string, version: string): boolean {
  if (range === version || range.trim() === '' || range === '*') return true;
  if (range.length > maxCharacters) return false;
  const plain = range.replaceAll(',', ' ').replaceAll('=>', '>=').replaceAll('=<', '<=');
  // A range that names a prerelease admits those of other versions, too.
  return satisfies(version, plain, { loose: true, includePrerelease: /\d-/.test(plain) });
}
