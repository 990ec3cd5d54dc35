import type { PackageFinding } from './defects/package-finding.ts';

/** The codes of {@link SchemaError}. Each is explained in docs/errors.md. */
export type SchemaErrorCode =
  // the record and its texts
  | 'YAML_INVALID' // not YAML, or YAML that two readers might read differently
  | 'YAML_TOO_LARGE' // more bytes, or more structure, than is read
  | 'JSON_INVALID' // a value that canonical JSON cannot hold, or bytes that are no JSON
  | 'RECORD_INVALID' // the record breaks the published schema
  | 'RECORD_INCONSISTENT' // its fields contradict each other
  | 'RECORD_NOT_CANONICAL'
  | 'LOCK_INVALID' // capsule.lock.yaml
  | 'NAME_INVALID'
  | 'COMMIT_INVALID'
  | 'DIGEST_INVALID'
  | 'IMAGE_INVALID' // not a repository, or an image reference without a digest
  | 'IMAGE_FIELD_INVALID' // not the path of a field that holds an image
  | 'IMAGE_PIN_FAILED' // an image that cannot be pinned without changing something else
  | 'SOURCE_URL_INVALID'
  | 'TIME_INVALID'
  // paths
  | 'PATH_INVALID'
  | 'PATH_COLLISION' // equal after case folding and NFC, or a file that is also a directory
  | 'PATH_UNSUPPORTED_HERE' // Windows cannot hold this name
  | 'PATTERN_INVALID' // an include or exclude pattern outside the pattern language
  // the archive
  | 'ARCHIVE_TRUNCATED'
  | 'ARCHIVE_TRAILING_BYTES'
  | 'ARCHIVE_NOT_CANONICAL' // a byte that the packer would not have written
  | 'ARCHIVE_ENTRY_FORBIDDEN' // a link, a device, a sparse file: no capsule holds one
  | 'ARCHIVE_ORDER' // entries out of order, duplicated, or a directory missing
  | 'ARCHIVE_LAYOUT' // a file that the capsule layout has no place for, or one that it lacks
  | 'GZIP_INVALID' // header, checksum or length of the gzip member
  | 'LIMIT_EXCEEDED'
  // the content as a whole
  | 'RECORD_MISMATCH' // release.yaml and config are two records
  | 'PACKAGE_KIND_MISMATCH' // no Chart.yaml, or no kustomization
  | 'PACKAGE_DIGEST_MISMATCH' // the files are not those of the record
  // the metadata
  | 'METADATA_INVALID' // neither an SBOM nor a provenance that this version knows
  // the manifest
  | 'MANIFEST_INVALID' // no OCI image manifest
  | 'MANIFEST_TOO_LARGE'
  | 'MANIFEST_IS_INDEX'
  | 'MANIFEST_MEDIA_TYPE'
  | 'MANIFEST_ARTIFACT_TYPE' // an image or another artifact
  | 'MANIFEST_HAS_SUBJECT'
  | 'MANIFEST_CONFIG' // not inlined, or not what its digest names
  | 'MANIFEST_LAYERS' // not exactly one layer
  | 'MANIFEST_ANNOTATIONS' // not those of the record
  | 'LAYER_TOO_LARGE'
  | 'RECORD_TOO_LARGE'
  | 'MANIFEST_NOT_CANONICAL'
  // git objects and the source proof
  | 'GIT_OBJECT_INVALID'
  | 'SOURCE_PROOF_INVALID' // the file is no source proof
  | 'SOURCE_PROOF_REFUTED'; // the files are not those of the commit

/** What a {@link SchemaError} carries beside its message. */
export interface SchemaErrorOptions {
  readonly hint?: string;
  readonly cause?: unknown;
  /** What was found, where there may be several things. */
  readonly findings?: readonly PackageFinding[] | undefined;
}

/** Reports bytes or values that break the capsule format. `hint` says what to do next. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';
  readonly code: SchemaErrorCode;
  readonly hint: string | undefined;
  /** The lines of the message: what breaks a line inside one is not ours. */
  readonly lines: readonly string[];
  readonly findings: readonly PackageFinding[];

  constructor(code: SchemaErrorCode, message: string | readonly string[], options: SchemaErrorOptions = {}) {
    const lines = typeof message === 'string' ? [message] : message;
    super(lines.join('\n'), options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.lines = lines;
    this.findings = options.findings ?? [];
  }
}
