import type { PackageFinding } from '@release-capsule/schema';

/** The codes of {@link PromoteError}. Each is explained in docs/errors.md. */
export type PromoteErrorCode =
  | 'OPTION_INVALID' // an argument of a call that is missing, or of another type
  | 'RENDERER_UNAVAILABLE' // kustomize or Helm is missing, too old, or cannot be started
  | 'RENDER_FAILED' // the program refused the package
  | 'RENDER_LIMIT' // it took too long, or printed too much
  | 'REFERENCE_OUTSIDE' // the package refers to something that is not in it
  | 'LIMIT_EXCEEDED' // more kustomizations or images than are looked at
  | 'IMAGE_UNDECIDED'; // which of the images is the application's is not known

/** What a {@link PromoteError} carries beside its message. */
export interface PromoteErrorOptions {
  readonly hint?: string | undefined;
  readonly cause?: unknown;
  /** What was found, where there may be several things. */
  readonly findings?: readonly PackageFinding[] | undefined;
}

/** Reports why a package could not be rendered, or its images not be locked. `hint` says what to do next. */
export class PromoteError extends Error {
  override readonly name = 'PromoteError';
  readonly code: PromoteErrorCode;
  readonly hint: string | undefined;
  /** The lines of the message: what breaks a line inside one is not ours. */
  readonly lines: readonly string[];
  readonly findings: readonly PackageFinding[];

  constructor(code: PromoteErrorCode, message: string | readonly string[], options: PromoteErrorOptions = {}) {
    const lines = typeof message === 'string' ? [message] : message;
    super(lines.join('\n'), options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.lines = lines;
    this.findings = options.findings ?? [];
  }
}
