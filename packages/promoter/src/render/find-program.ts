import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { absoluteEntries } from '@release-capsule/oci';
import { unavailable } from './program-version.ts';
import type { RendererName } from './renderer.ts';

/** Where a program is looked for. */
export interface FindProgramOptions {
  /** The absolute path of the program, if it is given. */
  readonly given?: string | undefined;
  /** A list of directories, as in the variable PATH. */
  readonly searchPath?: string | undefined;
}

/**
 * Finds a program by its absolute path. Directories of the search path that are not absolute are left out: a program in
 * the working directory is not meant.
 * @throws {PromoteError} `RENDERER_UNAVAILABLE`.
 */
export async function findProgram(name: RendererName, { given, searchPath = '' }: FindProgramOptions): Promise<string> {
  if (given !== undefined) {
    if (isAbsolute(given) && (await isProgram(given))) return given;
    throw unavailable(name, `there is no program ${given}`);
  }
  for (const directory of absoluteEntries(searchPath)) {
    const path = join(directory, name);
    if (await isProgram(path)) return path;
  }
  throw unavailable(name, `there is no ${name} on the PATH`);
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
