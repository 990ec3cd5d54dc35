import type { DereferencedLink, EntryPath } from '@release-capsule/schema';

/** One file of a deploy package, named below the package's root. */
export interface SourceFile {
  readonly path: EntryPath;
  /** In bytes; the content has exactly as many. */
  readonly size: number;
  readonly executable: boolean;
  /** The git blob id, where the file is from a commit. */
  readonly blob?: string;
  content(signal?: AbortSignal): AsyncIterable<Uint8Array>;
}

/** Git objects that prove where the files are from. Hex ids; raw object bodies without git's header. */
export interface SourceProofObjects {
  readonly commit: Uint8Array;
  readonly trees: readonly Uint8Array[];
}

/** What to take from a source. */
export interface SourceSelection {
  /** Directory of the package, `.` for the root. */
  readonly path: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly dereference: boolean;
  /** Bound of one file, in bytes. */
  readonly maxFileBytes: number;
  /** A file beside the package that is read as well, from the source's root; it need not be there. */
  readonly lock?: { readonly path: string; readonly maxBytes: number } | undefined;
}

/** A file of the package that stands otherwise in the working tree than in the commit. Its path is from the repository's root. */
export interface UncommittedChange {
  readonly path: string;
  /** `added`: the commit does not have it, and neither has the capsule. */
  readonly kind: 'changed' | 'deleted' | 'added';
}

/** The files of a deploy package at one commit. Nothing of it changes while it is read. */
export interface SourcePackage {
  /** 40 or 64 lower-case hexadecimal digits. */
  readonly commit: string;
  /** Committer time in seconds since 1970; the mtime of every archive entry. */
  readonly committedAt: number;
  /** As the repository has it configured, not yet normalised; absent where nothing says. */
  readonly repoURL?: string;
  /** The git tree id of the package's directory; absent without Git. */
  readonly tree?: string;
  /** Sorted by the bytes of their paths. */
  readonly files: readonly SourceFile[];
  readonly dereferenced: readonly DereferencedLink[];
  /** What of the package is not committed, where it was packed from a working tree. */
  readonly uncommitted?: readonly UncommittedChange[];
  /** The file that `lock` of the selection names, where the source has it. */
  readonly lock?: Uint8Array | undefined;
  /** Absent without Git. */
  readonly proof?: SourceProofObjects;
}

/** Where packages come from: a Git repository at a commit, or a plain directory. */
export interface Source {
  open(selection: SourceSelection, signal?: AbortSignal): Promise<SourcePackage>;
}
