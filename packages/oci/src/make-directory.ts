import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

const mode = 0o755; // of which the umask takes away more

/**
 * Makes a directory and those above it that are missing. Whatever the umask, only their owner may write to them: with a umask of 000, as
 * some containers have it, others could swap what is put there. Node's own recursive `mkdir` calls a read-only disk a missing directory.
 * @returns the topmost directory that it made; undefined if all were there.
 * @throws {Error} of the system, where one cannot be made.
 */
export async function makeDirectory(path: string): Promise<string | undefined> {
  const parent = dirname(path);
  const made = await makeOne(path);
  if (made === 'exists') return undefined;
  if (made === 'made') return path;
  if (parent === path) throw made.cause;
  const first = await makeDirectory(parent);
  const again = await makeOne(path);
  // A link that leads nowhere is there, and nothing can be made below it.
  if (typeof again === 'object') throw again.cause;
  return first ?? (again === 'made' ? path : undefined);
}

async function makeOne(path: string): Promise<'made' | 'exists' | { readonly cause: unknown }> {
  try {
    await mkdir(path, mode);
    return 'made';
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'EEXIST') return 'exists';
    if (code === 'ENOENT') return { cause };
    throw cause;
  }
}
