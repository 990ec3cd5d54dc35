import { randomUUID } from 'node:crypto';
import { lstat, open, rename, rm } from 'node:fs/promises';
import { CliError } from '../errors.ts';

/** A file to write, by its absolute path. */
export interface WrittenFile {
  readonly path: string;
  readonly content: Uint8Array;
}

/**
 * Writes files whole or not at all: each beside its place, and all of them moved there only once all are on the disk.
 * @throws {CliError} `FILE_UNWRITABLE`.
 */
export async function writeFiles(files: readonly WrittenFile[]): Promise<void> {
  const prepared = files.map((file) => ({ ...file, temporary: `${file.path}.${randomUUID()}.tmp` }));
  try {
    for (const { temporary, content } of prepared) await writeNew(temporary, content);
    for (const { path } of prepared) await refuseDirectory(path); // at which a rename would fail when others are in place
    for (const { temporary, path } of prepared) await rename(temporary, path);
  } catch (cause) {
    await Promise.all(prepared.map(({ temporary }) => rm(temporary, { force: true })));
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CliError('FILE_UNWRITABLE', `${files.map(({ path }) => path).join(' and ')} cannot be written: ${why}`, { cause });
  }
}

async function writeNew(path: string, content: Uint8Array): Promise<void> {
  await using file = await open(path, 'wx', 0o644);
  await file.writeFile(content);
  await file.sync();
}

async function refuseDirectory(path: string): Promise<void> {
  const stat = await lstat(path).catch(() => undefined);
  if (stat?.isDirectory() === true) throw new Error(`${path} is a directory`);
}
