import { posix } from 'node:path';
import { isKustomization } from '@release-capsule/schema';
import { found, type Known, unknown } from './question.ts';

/** What Kargo renders a package from, if nothing else is said. Source: deploy/kargo/release-capsule/render-kustomize.yaml. */
export const usualEntry = 'base';

/** Lists the directories of a package that have a kustomization, from its root, in order. */
export function kustomizationsIn(files: readonly string[], packagePath: string): readonly string[] {
  const inPackage = files.filter(isKustomization).map((path) => posix.relative(packagePath, posix.dirname(path)) || '.');
  return [...new Set(inPackage)].filter((path) => path !== '..' && !path.startsWith('../')).sort();
}

/** Finds the directory in a Kustomize package that Kargo renders: its base, or its root; which of several overlays, only a person knows. */
export function findEntry(files: readonly string[], packagePath: string): Known {
  const entries = kustomizationsIn(files, packagePath);
  if (entries.includes(usualEntry)) return found(usualEntry);
  return entries.includes('.') ? found('.') : unknown(entries.slice(0, maxChoices));
}

const maxChoices = 8; // a line of them
