import { delimiter, isAbsolute } from 'node:path';

/**
 * Lists the absolute directories of a search path, as in the variable PATH. By any other entry a program would be found in
 * the working directory, which may be a checkout of another person's repository.
 */
export function absoluteEntries(searchPath: string): readonly string[] {
  return searchPath.split(delimiter).filter(isAbsolute);
}

/** Takes what is not absolute out of a search path; empty where nothing is left. */
export function absoluteSearchPath(searchPath: string): string {
  return absoluteEntries(searchPath).join(delimiter);
}
