import type { PackageKind } from '../record/release-record.ts';

/**
 * Why a reference breaks self-containment.
 * - `remote`: a URL, a Git repository, a chart repository, or code from elsewhere.
 * - `escapes`: an absolute path, or one that climbs out of the package.
 * - `missing`: nothing in the package has that path; the deploy tool may go on to look for it elsewhere.
 * - `unvendored`: a chart dependency that is not in the package.
 * - `version`: a chart that is in the package, but not at the version that is asked for.
 * - `unreadable`: what cannot be judged is not taken for harmless.
 */
export type OutsideReason = 'remote' | 'escapes' | 'missing' | 'unvendored' | 'version' | 'unreadable';

/** One reference that reaches, or could reach, outside the package. */
export interface OutsideReference {
  /** The file that refers, below `package.path`; one in a packed chart follows the archive's path and a `/`. */
  readonly file: string;
  /** Where in it: `resources[0]`, `helmCharts[1].valuesFile`; empty for the file as a whole. */
  readonly field: string;
  /** The text as it stands in the file; empty where the field holds none. */
  readonly reference: string;
  readonly reason: OutsideReason;
  /** A sentence for people. */
  readonly detail: string;
}

/** The files of a deploy package, as far as its references are concerned. */
export interface PackageFiles {
  readonly kind: PackageKind;
  /** Every file below `package.path`. */
  readonly paths: Iterable<string>;
  /**
   * Reads a file of `paths`: kustomizations, chart files, packed charts, and what a kustomization names as generator,
   * transformer or validator. Undefined makes an `unreadable` finding; so does more than `maxJudgedFileBytes`.
   */
  read(path: string): Uint8Array | undefined | Promise<Uint8Array | undefined>;
}

const maxReferenceCharacters = 2048; // longer than any URL that a registry or Git host takes

/** Shortens a reference to what a message can carry. A shortened one can equal no policy's exception. */
export function shownReference(reference: string): string {
  if (reference.length <= maxReferenceCharacters) return reference;
  return `${reference.slice(0, maxReferenceCharacters)}… (${reference.length} characters)`;
}
