import { join } from 'node:path';
import { access } from 'node:fs/promises';
import { formatImageLock, type ImageLock, lockFileName, maxLockBytes, parseImageLock, SchemaError } from '@release-capsule/schema';
import type { Context } from '../context.ts';
import { readInput } from '../input/read-input.ts';

/**
 * Reads the lock beside a `capsule.yaml`, if there is one. One that cannot be read is written again, so that it counts as
 * none, unless it is to be checked.
 * @throws {SchemaError} `LOCK_INVALID`; {CliError} `FILE_UNREADABLE`.
 */
export async function readLock(directory: string, isChecked: boolean, context: Context): Promise<ImageLock | undefined> {
  const path = join(directory, lockFileName);
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  if (!isThere) return undefined;
  try {
    return parseImageLock(await readInput(path, 'the lock', maxLockBytes, context));
  } catch (error) {
    if (!isChecked && error instanceof SchemaError) return undefined;
    throw error;
  }
}

/** Tells whether two locks say the same, whatever the versions of the programs that found it out. */
export function saysTheSame(one: ImageLock | undefined, other: ImageLock): boolean {
  return one !== undefined && Buffer.compare(formatImageLock(withoutVersions(one)), formatImageLock(withoutVersions(other))) === 0;
}

function withoutVersions({ rendered, ...lock }: ImageLock): ImageLock {
  if (rendered === undefined) return lock;
  const { kustomize, helm } = rendered.by;
  const by = { ...(kustomize !== undefined && { kustomize: 'any' }), ...(helm !== undefined && { helm: 'any' }) };
  return { ...lock, rendered: { ...rendered, by } };
}
