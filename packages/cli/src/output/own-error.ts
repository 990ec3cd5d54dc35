/** What the errors of every package of ours have in common. */
export interface OwnError extends Error {
  readonly code: string;
  readonly hint?: string | undefined;
}

const names = new Set(['OciError', 'SchemaError', 'PackError', 'PromoteError', 'VerifyError', 'CliError']);

/** Tells an error that one of our packages reports from a malfunction; by name, so that no package need be loaded. */
export function isOwnError(error: unknown): error is OwnError {
  return error instanceof Error && names.has(error.name) && 'code' in error && typeof error.code === 'string';
}
