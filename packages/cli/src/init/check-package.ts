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
  const known = candidates.map((candidate) => candidate.path).join(', ');
  const hint = 'Name a directory of the repository, and add its files with git add.';
  throw invalid(`Git tracks no file in the package ${quote(path)}`, known === '' ? hint : `${hint} Packages in this repository: ${known}.`);
}

/**
 * Checks that a package is of the kind that it is said to be.
 * @throws {CliError} `OPTION_INVALID`.
 */
export function checkPackageKind(kind: PackageKind, path: string, files: readonly string[]): void {
  if (kind === 'helm' && !files.includes(posix.join(path, 'Chart.yaml'))) {
    const hint = 'Name the directory of the chart with --package, or give --kind kustomize.';
    throw invalid(`the package ${quote(path)} has no Chart.yaml`, hint);
  }
  if (kind === 'kustomize' && kustomizationsIn(files, path).length === 0) {
    const hint = 'Name the directory that holds the kustomizations with --package, or give --kind helm.';
    throw invalid(`the package ${quote(path)} has no kustomization.yaml`, hint);
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
  const message = `the directory ${quote(entry)} of the package ${quote(path)} has no kustomization.yaml`;
  throw invalid(message, `Give one that has: --entry ${choices.join(' or ')}.`);
}

function filesIn(path: string, files: readonly string[]): readonly string[] {
  return path === '.' ? files : files.filter((file) => file.startsWith(`${path}/`));
}

function invalid(message: string, hint: string): CliError {
  return new CliError('OPTION_INVALID', message, { hint });
}
