import { posix } from 'node:path';
import { type PackageKind, quote } from '@release-capsule/schema';
import { CliError } from '../errors.ts';
import { findEntry, kustomizationsIn } from './entry-candidates.ts';
import type { PackageCandidate } from './package-candidates.ts';

/**
 * Checks that a directory of the repository has files that Git tracks: nothing else can be released.
 * @throws {CliError} `OPTION_INVALID`.
 */
export function checkPackagePath(path: string, files: readonly string[], candidates: readonly PackageCandidate[]): void {
  if (filesIn(path, files).length > 0) return;
  const known = candidates.length === 0 ? '' : ` Packages in this repository: ${candidates.map((candidate) => candidate.path).join(', ')}.`;
  throw invalid(`Git tracks no file in the package ${quote(path)}`, `Name a directory of the repository, and add its files with git add.${known}`);
}

/**
 * Checks that a package is of the kind that it is said to be.
 * @throws {CliError} `OPTION_INVALID`.
 */
export function checkPackageKind(kind: PackageKind, path: string, files: readonly string[]): void {
  if (kind === 'helm' && !files.includes(posix.join(path, 'Chart.yaml'))) {
    throw invalid(`the package ${quote(path)} has no Chart.yaml`, 'Name the directory of the chart with --package, or give --kind kustomize.');
  }
  if (kind === 'kustomize' && kustomizationsIn(files, path).length === 0) {
    throw invalid(`the package ${quote(path)} has no kustomization.yaml`, 'Name the directory that holds the kustomizations with --package, or give --kind helm.');
  }
}

/**
 * Checks that a directory of a Kustomize package can be rendered.
 * @throws {CliError} `OPTION_INVALID`.
 */
export function checkEntryThere(entry: string, path: string, files: readonly string[]): void {
  const entries = kustomizationsIn(files, path);
  if (entries.includes(entry)) return;
  const known = findEntry(files, path);
  const choices = known.kind === 'unknown' ? known.choices : [known.value];
  throw invalid(`the directory ${quote(entry)} of the package ${quote(path)} has no kustomization.yaml`, `Give one that has: --entry ${choices.join(' or ')}.`);
}

function filesIn(path: string, files: readonly string[]): readonly string[] {
  return path === '.' ? files : files.filter((file) => file.startsWith(`${path}/`));
}

function invalid(message: string, hint: string): CliError {
  return new CliError('OPTION_INVALID', message, { hint });
}
