/**
 * Why a reference breaks self-containment.
 * - `remote`: what can be read as an address: a URL, a Git repository, a chart repository, or code from elsewhere.
 * - `escapes`: an absolute path, or one that climbs out of the package.
 * - `spelling`: a path with characters or segments that two readers may take differently.
 * - `missing`: nothing in the package has that path; the deploy tool may go on to look for it elsewhere.
 * - `unvendored`: a chart dependency that is not in the package.
 * - `version`: a chart that is in the package, but not at the version that is asked for.
 * - `profile`: the file is written in a way that two readers may take differently, or that kustomize or Helm refuses.
 * - `credentials`: an address that holds a password or token, which would stand in every exception that named it.
 * - `unreadable`: what cannot be judged is not taken for harmless.
 */
export type OutsideReason =
  | 'remote'
  | 'escapes'
  | 'spelling'
  | 'missing'
  | 'unvendored'
  | 'version'
  | 'profile'
  | 'credentials'
  | 'unreadable';

/** One reference that reaches, or could reach, outside the package. */
export interface OutsideReference {
  /** The file that refers, below `package.path`; one in a packed chart follows the archive's path and a `/`. */
  readonly file: string;
  /** Where in it: `resources[0]`, `helmCharts[1].valuesFile`; empty for the file as a whole. */
  readonly field: string;
  /** The text as it stands in the file, without credentials; empty where the field holds none. */
  readonly reference: string;
  readonly reason: OutsideReason;
  /** One or two sentences for people: what is wrong, and what to write instead. */
  readonly detail: string;
}

/** The files of a deploy package, as far as its references are concerned. */
export interface PackageFiles {
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

const unexceptable: ReadonlySet<OutsideReason> = new Set(['unreadable', 'profile', 'credentials']);

/**
 * Says which text an exception for a reference must have: its own. A file that is outside the profile or cannot be
 * judged has none, since it could hide any number of references; nor has an address with credentials.
 */
export function exceptionOf({ reference, reason }: OutsideReference): string | undefined {
  return unexceptable.has(reason) || reference === '' || isShortened(reference) ? undefined : reference;
}

/**
 * Picks the references that nothing allows.
 * @param allowed the texts of references that may leave the package.
 */
export function notAllowed(references: readonly OutsideReference[], allowed: readonly string[]): readonly OutsideReference[] {
  return references.filter((reference) => {
    const exception = exceptionOf(reference);
    return exception === undefined || !allowed.includes(exception);
  });
}

function isShortened(reference: string): boolean {
  return reference.length > maxReferenceCharacters;
}
