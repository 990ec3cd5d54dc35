import { isKustomization, type PackageKind } from '@release-capsule/schema';
import { PackError } from '../errors.ts';

/**
 * Tells the kind of a package from its files: a Chart.yaml at the root makes it a chart, else a kustomization anywhere
 * makes it a kustomize package. Undefined where there is neither.
 * @param paths of the package's files, below its root.
 * @throws {PackError} `PACKAGE_KIND_UNKNOWN` where both lie at the root.
 */
export function detectPackageKind(paths: Iterable<string>): PackageKind | undefined {
  let isChart = false;
  let isKustomize = false;
  let rootKustomization: string | undefined;
  for (const path of paths) {
    if (path === 'Chart.yaml') isChart = true;
    if (!isKustomization(path)) continue;
    isKustomize = true;
    if (!path.includes('/')) rootKustomization = path;
  }
  if (isChart && rootKustomization !== undefined) throw ambiguous(rootKustomization);
  if (isChart) return 'helm';
  return isKustomize ? 'kustomize' : undefined;
}

function ambiguous(kustomization: string): PackError {
  return new PackError('PACKAGE_KIND_UNKNOWN', `the package has both Chart.yaml and ${kustomization} at its root`, {
    hint: 'Say which one deploys it: --kind helm or --kind kustomize.',
  });
}
