import type { ReleaseSource } from '../record/release-record.ts';

/** A file as it lies in the capsule. */
export interface PackedFile {
  /** Below `package.path`. */
  readonly path: string;
  readonly executable: boolean;
  /** The file's bytes hashed as a git blob, in the format of the commit id. */
  readonly blobId: string;
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
}

/** What a capsule says about its origin, and what it holds. */
export interface SourceProofSubject {
  readonly gitCommit: string;
  /** `source` of the release record. */
  readonly source: ReleaseSource;
  /** The mtime of the archive's entries, in seconds since 1970. */
  readonly committedAt: number;
  readonly files: readonly PackedFile[];
}
