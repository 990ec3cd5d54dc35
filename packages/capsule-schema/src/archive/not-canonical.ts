import { SchemaError } from '../errors.ts';

/** Makes the error of an archive with a byte that the packer would not have written. */
export function notCanonical(why: string): SchemaError {
  return new SchemaError('ARCHIVE_NOT_CANONICAL', `the archive is not canonical: ${why}`);
}
