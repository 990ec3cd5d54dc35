import { lstat, open, realpath } from 'node:fs/promises';
import { posix, relative, resolve, sep } from 'node:path';
import { parseRepository, SchemaError } from '@release-capsule/schema';
import { imagesOfKustomization, imagesOfManifest, imagesOfValues, replacedNames } from './image-names.ts';
import type { PackageCandidate } from './package-candidates.ts';

const maxFiles = 400; // an application has dozens; what is in the first hundreds is enough to suggest something
const maxFileBytes = 256 * 1024; // what people write by hand; a longer one is generated

/** What is looked at to find the image. */
export interface ImageSearch {
  /** The working tree. */
  readonly root: string;
  /** Every file in it, from the root. */
  readonly files: readonly string[];
  readonly deployPackage: PackageCandidate;
}

/** The images that a package runs, without tag or digest, each once. */
export interface FoundImages {
  /** With their registry. */
  readonly repositories: readonly string[];
  /** Names that stand for a repository, and are to be replaced. */
  readonly placeholders: readonly string[];
}

/** Finds the images that a package runs. */
export async function findImages({ root, files, deployPackage }: ImageSearch): Promise<FoundImages> {
  const { path, kind } = deployPackage;
  const inside = files.filter((file) => (path === '.' || file.startsWith(`${path}/`)) && /\.(?:ya?ml|tpl)$|\/Kustomization$/.test(file));
  const repositories = new Set<string>();
  const placeholders = new Set<string>();
  const replaced = new Set<string>();
  for (const file of inside.slice(0, maxFiles)) {
    const text = await readInside(root, file);
    if (text === undefined) continue;
    const isValues = kind === 'helm' && posix.dirname(file) === path && /^values[^/]*\.ya?ml$/.test(posix.basename(file));
    const isKustomization = /^(?:kustomization\.ya?ml|Kustomization)$/.test(posix.basename(file));
    if (isKustomization) for (const name of replacedNames(text)) replaced.add(name);
    const named = isValues ? imagesOfValues(text) : isKustomization ? imagesOfKustomization(text) : imagesOfManifest(text);
    for (const name of named.map(withoutVersion)) (isRepository(name) ? repositories : placeholders).add(name);
  }
  return { repositories: [...repositories], placeholders: [...placeholders].filter((name) => isName(name) && !replaced.has(name)) };
}

/** Reads a file of the working tree, unless it is something else, too large, or reached by a link that leads outside. */
async function readInside(root: string, path: string): Promise<string | undefined> {
  const at = resolve(root, path);
  try {
    const stat = await lstat(at);
    if (!stat.isFile() || stat.size > maxFileBytes) return undefined;
    const real = relative(await realpath(root), await realpath(at));
    if (real === '..' || real.startsWith(`..${sep}`)) return undefined;
    await using file = await open(at, 'r');
    const { buffer, bytesRead } = await file.read(Buffer.alloc(maxFileBytes));
    return buffer.toString('utf8', 0, bytesRead);
  } catch {
    return undefined; // deleted since, or not readable: nothing that a suggestion needs
  }
}

function withoutVersion(text: string): string {
  const name = text.split('@')[0] ?? '';
  const colon = name.lastIndexOf(':');
  return colon > name.lastIndexOf('/') ? name.slice(0, colon) : name;
}

/** A placeholder, such as the name that a kustomization replaces, names no registry. */
function isRepository(name: string): boolean {
  if (!/^[^/]*[.:][^/]*\//.test(name) && !name.startsWith('localhost/')) return false;
  try {
    return parseRepository(name) === name;
  } catch (error) {
    if (error instanceof SchemaError) return false;
    throw error;
  }
}

function isName(text: string): boolean {
  return text.length <= 128 && /^[a-z0-9]+(?:[._/-]+[a-z0-9]+)*$/.test(text);
}
