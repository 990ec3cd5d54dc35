import { SchemaError } from '../errors.ts';

/** What a file or text holds, or why it cannot be judged. */
export type Reading<Content> =
  { readonly content: Content; readonly problem?: undefined } | { readonly content?: undefined; readonly problem: string };

/** Runs what reads a file or text; a defect of its content becomes the problem of the reading. */
export function judgeable<Content>(read: () => Content): Reading<Content> {
  try {
    return { content: read() };
  } catch (error) {
    if (error instanceof SchemaError) return { problem: error.message };
    throw error;
  }
}

/** Makes the error for what lies beyond a bound. */
export function tooMuch(problem: string): SchemaError {
  return new SchemaError('LIMIT_EXCEEDED', problem);
}
