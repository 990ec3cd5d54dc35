/** The codes of {@link CliError}. */
export type CliErrorCode =
  | 'COMMAND_UNKNOWN'
  | 'OPTION_INVALID' // options that contradict each other, or one that is missing
  | 'FILE_UNREADABLE' // a file that an option names
  | 'FILE_UNWRITABLE' // one that an option names to be written
  | 'FILE_DIFFERS'; // one that is to be written is there, with other content

/** Reports what is wrong with a command line. `hint` says what to do next. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly code: CliErrorCode;
  readonly hint: string | undefined;

  constructor(code: CliErrorCode, message: string, options: { readonly hint?: string; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}
