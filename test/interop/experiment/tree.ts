import type { PackageKind } from '@release-capsule/schema';

/** The files of a package, by path. */
export type Tree = ReadonlyMap<string, string | Uint8Array>;

/** A package of the experiment, and how it came about. */
export interface ExperimentPackage {
  /** What makes it again: `SEED/NUMBER`, or the name of one that is written by hand. */
  readonly name: string;
  readonly kind: PackageKind;
  readonly tree: Tree;
  /** Its oddities: the decisions that differ from the usual package. */
  readonly oddities: readonly string[];
}

/** The directory part of a path; the root is empty. */
export function directoryOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** The last part of a path. */
export function fileNameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Joins a directory of a package, which may be its root, and a path below it. */
export function below(directory: string, path: string): string {
  return directory === '' ? path : `${directory}/${path}`;
}
