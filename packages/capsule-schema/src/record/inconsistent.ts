import { SchemaError } from '../errors.ts';

/** Makes the error of a record whose fields do not agree. */
export function inconsistent(got: string, wanted: string): SchemaError {
  return new SchemaError('RECORD_INCONSISTENT', `the release record contradicts itself: ${got}, wanted ${wanted}`);
}
