import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { LockWarning } from '@release-capsule/promoter';
import { formatImageLock, lockFileName } from '@release-capsule/schema';
import type { Context } from '../context.ts';
import { loadConfig } from '../input/load-config.ts';
import { lockPackage } from '../lock/lock-package.ts';
import { isCodedError } from '../output/coded-error.ts';
import { writeFiles } from '../output/write-files.ts';

/** What became of the lock of a set-up. */
export interface SetUpLock {
  /** `kept`: the file existed; `capsule lock` writes it again. `later`: it could not be written yet. */
  readonly state: 'written' | 'kept' | 'later';
  /** Why it could not be written. */
  readonly why?: string;
  readonly warnings?: readonly LockWarning[];
}

/** Locks the images of a package that was set up, if a program that renders it is installed. The set-up goes on without a lock. */
export async function lockSetUp(root: string, context: Context): Promise<SetUpLock> {
  const path = join(root, lockFileName);
  if (await isThere(path)) return { state: 'kept' };
  try {
    const config = await loadConfig(join(root, 'capsule.yaml'), context);
    if (config === undefined) return { state: 'later', why: 'there is no capsule.yaml' };
    const request = { config: config.file, directory: root, flags: {}, previous: undefined, isRendered: true };
    const { lock, warnings } = await lockPackage(request, context);
    if (lock.rendered === undefined) return { state: 'later', why: warnings.map(({ message }) => message).join('; ') };
    await writeFiles([{ path, content: formatImageLock(lock) }]);
    return { state: 'written', ...(warnings.length > 0 && { warnings }) };
  } catch (error) {
    if (!isCodedError(error) || context.signal.aborted) throw error;
    return { state: 'later', why: error.message };
  }
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
