/** The codes of {@link VerifyError}. Each is explained in docs/errors.md. */
export type VerifyErrorCode =
  | 'OPTION_INVALID' // an argument of a call that is missing, or of another type
  | 'FREIGHT_INVALID' // the text is no Freight
  | 'POLICY_INVALID'
  | 'POLICY_UNSUPPORTED' // the policy asks for a claim that this version cannot judge
  | 'TRUST_MISSING' // no signer is stated: there is no unsigned default
  | 'TRUST_INVALID' // a trusted root that cannot be used
  | 'TRUST_UNAVAILABLE' // the public instance's root could not be got
  | 'TRUST_EXPIRED' // the root is too old, and a newer one could not be got
  | 'KEY_INVALID' // a signer's public key cannot be read
  | 'SERVICE_INVALID' // a verify service cannot be started as it is asked to be
  | 'SUMMARY_UNDESERVED' // a summary is asked for of a verdict that refuses, or that is not enforced
  | 'CAPSULE_UNNAMED' // neither Freight, policy nor reference says which capsule
  | 'IMAGE_STORE_MISSING' // the policy asks about the image, and nothing says how its repository is opened
  | 'IMAGE_AMBIGUOUS' // the Freight holds several images that could be meant
  | 'TARGET_EXISTS' // unpack would overwrite a directory
  | 'TARGET_INVALID' // the target cannot be made or replaced
  | 'SPOOL_CHANGED' // the verified file changed between verification and unpacking
  | 'ALREADY_DISPOSED' // the VerifiedCapsule was closed
  | 'WRITE_FAILED'; // the disk refused: full, read-only, no permission

/** What a {@link VerifyError} carries beside its message. */
export interface VerifyErrorOptions {
  readonly hint?: string;
  readonly cause?: unknown;
}

/**
 * Reports bad input to a verification, or a malfunction on the way. A refusal is not an error: it is a verdict.
 * `hint` says what to do next.
 */
export class VerifyError extends Error {
  override readonly name = 'VerifyError';
  readonly code: VerifyErrorCode;
  readonly hint: string | undefined;

  constructor(code: VerifyErrorCode, message: string, options: VerifyErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}
