import { posix } from 'node:path';
import { isKustomization, type PackageKind } from '@release-capsule/schema';

/** A directory that may be the deploy package. */
export interface PackageCandidate {
  /** From the root of the repository; `.` for the root. */
  readonly path: string;
  readonly kind: PackageKind;
}

const chart = /(?:^|\/)Chart\.ya?ml$/;

/** Folders inside a package, each a kustomization of its own: what holds them is the package. */
const parts = new Set(['base', 'bases', 'overlays', 'components', 'envs', 'environments', 'envTypes', 'variants']);

/** Files that are about something else than the application's own deployment. */
const elsewhere = /(?:^|\/)(?:node_modules|vendor|third_party|tests?|e2e|testdata|fixtures|examples?|docs|hack)(?:\/|$)/;

/** Finds the directories of a repository that may be its deploy package, the most usual place first. */
export function findPackages(files: readonly string[]): readonly PackageCandidate[] {
  const charts = files.filter((path) => chart.test(path)).map((path): PackageCandidate => ({ path: posix.dirname(path), kind: 'helm' }));
  const roots = [...new Set(files.filter(isKustomization).map((path) => packageRoot(posix.dirname(path))))];
  const all = [...charts, ...roots.map((path): PackageCandidate => ({ path, kind: 'kustomize' }))];
  // A chart's dependencies lie in it, and a kustomization may lie beneath another.
  const outermost = all.filter(({ path }) => !all.some((other) => other.path !== path && contains(other.path, path)));
  const own = outermost.filter(({ path }) => !elsewhere.test(path));
  return (own.length === 0 ? outermost : own).sort((a, b) => rank(a) - rank(b) || compare(a.path, b.path));
}

function packageRoot(directory: string): string {
  const names = directory.split('/');
  const at = names.findIndex((name) => parts.has(name));
  if (at === -1) return directory;
  // Where nothing holds the parts but the repository, there is no better package than the whole of it.
  return names.slice(0, at).join('/') || '.';
}

function contains(outer: string, inner: string): boolean {
  return outer !== '.' && inner.startsWith(`${outer}/`);
}

const usual = /^(?:k8s|kubernetes|deploy|deployment|manifests|kustomize|charts?|helm)(?:\/|$)/;

function rank({ path }: PackageCandidate): number {
  return (usual.test(path) ? 0 : 100) + path.split('/').length;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
