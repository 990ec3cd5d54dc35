import type { PackageFinding } from '@release-capsule/schema';

/** The codes of {@link PackError}. Each is explained in docs/errors.md. */
export type PackErrorCode =
  | 'OPTION_INVALID' // a name, image or other option that cannot be
  | 'GIT_UNAVAILABLE' // git is not installed, or cannot read the repository
  | 'GIT_REPOSITORY_UNKNOWN' // the directory is in no repository
  | 'GIT_FAILED'
  | 'GIT_OBJECT_MISSING' // the repository, a partial clone perhaps, lacks an object of the commit
  | 'GIT_OBJECT_CORRUPT' // an object is not what its id names
  | 'COMMIT_UNKNOWN' // no such commit in the repository
  | 'SOURCE_URL_UNKNOWN' // the address of the repository is not known
  | 'PACKAGE_PATH_UNKNOWN' // the commit has no such directory
  | 'PACKAGE_EMPTY' // the directory, or what the patterns leave of it, holds no file
  | 'PACKAGE_KIND_UNKNOWN' // neither a Chart.yaml nor a kustomization at the expected place
  | 'ENTRY_UNSUPPORTED' // a symbolic link, submodule or special file
  | 'LINK_UNRESOLVED' // a link that --dereference cannot follow inside the package
  | 'LFS_POINTER'
  | 'FILE_TOO_LARGE'
  | 'SOURCE_UNREADABLE' // a plain directory's file that cannot be read
  | 'SOURCE_CHANGED' // a plain directory's file that changed while it was read
  | 'REFERENCE_OUTSIDE' // the package refers to something that is not in it
  | 'IMAGE_NOT_NAMED' // the package has no known name of the application image
  | 'IMAGE_NAME_AMBIGUOUS' // one name under several tags, and no tag stated
  | 'LOCK_MISMATCH' // capsule.lock.yaml is for another image, lacks a stated name, or locks another digest
  | 'SECRET_INCLUDED' // values of Kubernetes Secrets
  | 'METADATA_INVALID' // the SBOM or provenance given is not one
  | 'TAG_MISMATCH' // the image's tag is not the commit's
  | 'TAG_TAKEN' // the tag names another capsule already
  | 'TAG_LOST' // another writer moved the tag while it was set
  | 'COMMIT_IN_FUTURE' // its time is more than ten minutes ahead of the clock
  | 'CONFIG_INVALID' // capsule.yaml
  | 'KEY_INVALID' // not a private or public key that can be used here
  | 'KEY_PASSWORD' // the password does not open the key
  | 'KEY_EXISTS' // keygen would overwrite a key
  | 'SIGNING_FAILED'
  | 'SIGNING_CONFIG_INVALID' // signing_config.json, or what it leaves to sign with
  | 'IDENTITY_UNAVAILABLE' // no identity token that could be used
  | 'SERVICE_UNAVAILABLE' // a service of Sigstore that cannot be reached, or is too busy
  | 'SERVICE_REFUSED' // a service of Sigstore that turned a request down
  | 'SIGNATURE_REJECTED' // our own fresh signature, or what vouches for it, does not hold
  | 'ATTESTATION_TOO_LARGE' // no verifier would read it
  | 'STATEMENT_INVALID' // not a statement about the capsule alone, or one that would pass for its signature
  | 'NOT_A_CAPSULE' // what should be signed could not be unpacked
  | 'READ_BACK_FAILED'; // what was pushed is not what the registry gives back

/** What a {@link PackError} carries beside its message. */
export interface PackErrorOptions {
  readonly hint?: string;
  readonly cause?: unknown;
  /** What was found, where there may be several things. */
  readonly findings?: readonly PackageFinding[] | undefined;
}

/** Reports why a capsule could not be made, signed or published. `hint` says what to do next. */
export class PackError extends Error {
  override readonly name = 'PackError';
  readonly code: PackErrorCode;
  readonly hint: string | undefined;
  /** The lines of the message: what breaks a line inside one is not ours. */
  readonly lines: readonly string[];
  readonly findings: readonly PackageFinding[];

  constructor(code: PackErrorCode, message: string | readonly string[], options: PackErrorOptions = {}) {
    const lines = typeof message === 'string' ? [message] : message;
    super(lines.join('\n'), options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.lines = lines;
    this.findings = options.findings ?? [];
  }
}
