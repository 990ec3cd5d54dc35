import { OciError } from '../errors.ts';

/**
 * Runs file operations and reports their failure as one of the store's storage. `doing` completes "could not ...".
 * Only calls on the layout's own files belong in here: an error of the content's source is not the disk's.
 * @throws {OciError} `STORAGE_FAILED`.
 */
export async function onDisk<T>(doing: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw storageError(doing, error);
  }
}

/** Turns an error of the file system into `STORAGE_FAILED`; returns any other error as it is. */
export function storageError(doing: string, error: unknown): unknown {
  const code = errnoOf(error);
  if (code === undefined || !(error instanceof Error)) return error;
  return new OciError('STORAGE_FAILED', `could not ${doing}: ${error.message}`, {
    hint: hints[code] ?? 'Check the disk and the permissions of the layout, then run this again.',
    cause: error,
  });
}

/** Returns the code of a file system error, as in `ENOENT`. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

const hints: Readonly<Partial<Record<string, string>>> = {
  ENOSPC: 'The disk is full. Make room, then run this again: what is already stored is kept.',
  EDQUOT: 'The disk quota is used up. Make room, then run this again: what is already stored is kept.',
  EROFS: 'The file system is read-only. Use a layout on a writable one.',
  EACCES: 'This user may not do that there. Check owner and permissions of the layout.',
  EPERM: 'This user may not do that there. Check owner and permissions of the layout.',
  EMFILE: 'Too many files are open. Raise the limit (ulimit -n), then run this again.',
};
