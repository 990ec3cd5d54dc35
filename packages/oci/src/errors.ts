/** The codes of {@link OciError}. Each is explained in docs/errors.md. */
export type OciErrorCode =
  | 'OPTION_INVALID' // an argument of a call that is missing, or of another type
  | 'BLOB_UNKNOWN' // the store does not hold this content
  | 'REFERENCE_UNKNOWN' // no such tag or digest
  | 'REPOSITORY_UNKNOWN' // no such repository or layout
  | 'REFERENCE_INVALID' // the text is no reference
  | 'DESCRIPTOR_INVALID'
  | 'MANIFEST_INVALID'
  | 'DIGEST_MISMATCH' // the bytes are not those the digest names
  | 'SIZE_MISMATCH' // the content is shorter or longer than its descriptor says
  | 'LIMIT_EXCEEDED' // a bounded read met its bound
  | 'TAG_CONFLICT' // the tag names another digest, or was moved while it was set
  | 'TAG_IMMUTABLE' // the registry never lets this tag be written again
  | 'MANIFEST_REFUSED' // the registry does not take a manifest of this kind
  | 'REQUEST_REFUSED' // the registry refuses for a reason of its own
  | 'LAYOUT_INVALID' // not an OCI image layout, or a torn one
  | 'LAYOUT_LOCKED' // another process holds the layout's lock
  | 'STORAGE_FAILED' // the disk refused: full, read-only, no permission
  | 'UNAUTHORIZED' // credentials missing or refused
  | 'FORBIDDEN' // the credentials do not reach this repository
  | 'CREDENTIALS_INVALID' // the Docker configuration or a credential helper cannot be read
  | 'REALM_UNTRUSTED' // the registry sent us to a token service that we give no credentials
  | 'REDIRECT_REFUSED' // a redirect or upload location that we do not follow
  | 'ADDRESS_REFUSED' // the host leads to an address that we do not speak to
  | 'THROTTLED' // 429, after every retry
  | 'UNAVAILABLE' // network failure or 5xx, after every retry
  | 'PROTOCOL_ERROR' // the registry's answer breaks the specification
  | 'UNSUPPORTED'; // the store cannot do this

/** What an {@link OciError} carries beside its message. */
export interface OciErrorOptions {
  readonly hint?: string;
  readonly cause?: unknown;
}

/** Reports what a store refused, could not find or could not do. `hint` says what to do next. */
export class OciError extends Error {
  override readonly name = 'OciError';
  readonly code: OciErrorCode;
  readonly hint: string | undefined;

  constructor(code: OciErrorCode, message: string, options: OciErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}
