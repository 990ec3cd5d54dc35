/** Says why a package cannot be taken from Debian's archive. The message is for the person who builds, and shown without a stack. */
export class ArchiveError extends Error {
  name = 'ArchiveError';
}

/** Prints the message of an `ArchiveError` and ends with status 1; any other error is a defect, and keeps its stack. */
export function failOnArchiveError(error) {
  if (!(error instanceof ArchiveError)) throw error;
  console.error(`error: ${error.message}`);
  process.exitCode = 1;
}
