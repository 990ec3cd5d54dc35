import { lstat, open, realpath } from 'node:fs/promises';
import { posix, relative, resolve, sep } from 'node:path';
import { imageNamesIn, mayNameImages, normaliseImageName, parseRepository, SchemaError } from '@release-capsule/schema';
import type { PackageCandidate } from './package-candidates.ts';

const maxFiles = 400; // an application has dozens; what is in the first hundreds is enough to suggest something
const maxFileBytes = 256 * 1024; // what people write by hand; a longer one is generated

/** What is looked at to find the images. */
export interface ImageSearch {
  /** The working tree. */
  readonly root: string;
  /** Every file in it, from the root. */
  readonly files: readonly string[];
  readonly deployPackage: PackageCandidate;
}

/** Lists the names by which a package calls images, without tags, each once: what its files show without being rendered. */
export async function imagesShown({ root, files, deployPackage: { path, kind } }: ImageSearch): Promise<readonly string[]> {
  const inside = files.filter((file) => path === '.' || file.startsWith(`${path}/`)).map((file) => posix.relative(path, file));
  const paths = inside.filter(mayNameImages).slice(0, maxFiles);
  try {
    const { names } = await imageNamesIn({ kind, paths, read: (file) => readInside(root, posix.join(path, file)) });
    return [...new Set(names.map(({ name }) => name))];
  } catch (error) {
    if (error instanceof SchemaError) return []; // too many to choose from
    throw error;
  }
}

/** Tells whether a name includes its registry, so that it can be the repository of the released image. */
export function isRepository(name: string): boolean {
  try {
    return parseRepository(name) === name && normaliseImageName(name) === name;
  } catch (error) {
    if (error instanceof SchemaError) return false;
    throw error;
  }
}

/** Reads a file of the working tree, unless it is something else, too large, or reached by a link that leads outside. */
async function readInside(root: string, path: string): Promise<Uint8Array> {
  const at = resolve(root, path);
  try {
    const stat = await lstat(at);
    if (!stat.isFile() || stat.size > maxFileBytes) return nothing;
    const real = relative(await realpath(root), await realpath(at));
    if (real === '..' || real.startsWith(`..${sep}`)) return nothing;
    await using file = await open(at, 'r');
    const { buffer, bytesRead } = await file.read(Buffer.alloc(maxFileBytes));
    return buffer.subarray(0, bytesRead);
  } catch {
    return nothing; // deleted since, or not readable: nothing that a suggestion needs
  }
}

const nothing = new Uint8Array();
