import { SchemaError } from '../errors.ts';
import type { PackageKind } from '../record/release-record.ts';
import { isKustomization } from '../profile/reference-files.ts';

/**
 * Checks that a package holds what its kind needs: a chart its `Chart.yaml` at the root, a kustomize package at least
 * one kustomization.
 * @param paths of the package's files, below `package.path`.
 * @throws {SchemaError} `PACKAGE_KIND_MISMATCH`.
 */
export function checkPackageKind(kind: PackageKind, paths: readonly string[]): void {
  if (kind === 'helm' && !paths.includes('Chart.yaml')) {
    throw new SchemaError('PACKAGE_KIND_MISMATCH', 'this is not a helm package: there is no Chart.yaml at its root', {
      hint: 'Pack the directory that holds Chart.yaml, or say --kind kustomize.',
    });
  }
  if (kind === 'kustomize' && !paths.some(isKustomization)) {
    throw new SchemaError('PACKAGE_KIND_MISMATCH', 'this is not a kustomize package: no directory holds a kustomization', {
      hint: 'Pack the directory that holds kustomization.yaml, or say --kind helm.',
    });
  }
}
