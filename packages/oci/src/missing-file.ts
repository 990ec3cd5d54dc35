/** Tells whether the system could not open a path because there is nothing: not the file, or no directory on the way to it. */
export function isMissingFile(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
