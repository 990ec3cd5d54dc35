import { checkPackageKind, type PackageKind } from '@release-capsule/schema';
import { PackError } from '../errors.ts';
import { detectPackageKind } from '../lint/detect-package-kind.ts';
import type { SourceFile } from '../source/source.ts';

/**
 * Decides the kind of a package: the one that is stated, held to what the package holds, else the one found out.
 * @throws {PackError} `PACKAGE_KIND_UNKNOWN`; {SchemaError} `PACKAGE_KIND_MISMATCH`.
 */
export function packageKind(files: readonly SourceFile[], stated: PackageKind | undefined): PackageKind {
  const paths = files.map(({ path }) => path);
  const kind = stated ?? detectPackageKind(paths);
  if (kind === undefined) {
    throw new PackError('PACKAGE_KIND_UNKNOWN', 'the package holds neither a Chart.yaml at its root nor a kustomization', {
      hint: 'Name the directory that holds one of them with --package.',
    });
  }
  checkPackageKind(kind, paths);
  return kind;
}
