/** What the errors of every package of ours have in common. */
export interface CodedError extends Error {
  readonly code: string;
  readonly hint?: string | undefined;
  /** The lines of the message, where it has several: no other line break is ours. */
  readonly lines?: readonly string[] | undefined;
  /** What was found, where there may be several things. */
  readonly findings?: readonly object[] | undefined;
}

const names = new Set(['OciError', 'SchemaError', 'PackError', 'PromoteError', 'VerifyError', 'CliError']);

/** Tells an error that one of our packages reports from a malfunction; by name, so that no package need be loaded. */
export function isCodedError(error: unknown): error is CodedError {
  return error instanceof Error && names.has(error.name) && 'code' in error && typeof error.code === 'string';
}
