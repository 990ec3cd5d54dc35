import { constants } from 'node:fs';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { OciError } from './errors.ts';

/**
 * Opens a temporary file for reading and writing that no other process can reach and no kill leaves behind: it has no
 * name, or loses it before anything is written.
 * @throws {OciError} `STORAGE_FAILED`.
 */
export async function openPrivateFile(directory: string): Promise<FileHandle> {
  const unnamed = await openUnnamed(directory);
  if (unnamed !== undefined) return unnamed;
  try {
    const own = await mkdtemp(join(directory, 'capsule-')); // mode 0700
    try {
      return await open(join(own, 'spool'), 'wx+', 0o600);
    } finally {
      await rm(own, { recursive: true, force: true });
    }
  } catch (cause) {
    throw privateFileFailed(directory, cause);
  }
}

/** Says that a temporary file cannot be made or written. */
export function privateFileFailed(directory: string, cause: unknown): OciError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new OciError('STORAGE_FAILED', `no temporary file can be written in ${directory}: ${why}`, {
    hint: 'Free some space there, or name another directory with TMPDIR.',
    cause,
  });
}

// Node does not name it. Source: Linux, include/uapi/asm-generic/fcntl.h, O_TMPFILE.
const tmpfileFlags = 0o20000000 | (constants.O_DIRECTORY ?? 0) | constants.O_RDWR;

/** Opens a file that never has a name, so that not even a kill right now leaves one; only some file systems can. */
async function openUnnamed(directory: string): Promise<FileHandle | undefined> {
  if (process.platform !== 'linux') return undefined;
  return open(directory, tmpfileFlags, 0o600).catch(() => undefined);
}
