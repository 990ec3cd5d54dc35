import { lstat, open, readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

const maxFileBytes = 32 * 1024 * 1024; // its largest file has a megabyte
const maxManifestBytes = 64 * 1024;

/**
 * Tells why an installed package is not the program that runs, or returns nothing: it starts the same file, each file of
 * code is the same byte for byte, there is no other, and it brings nothing along. What a registry serves under the name of
 * this program may be of anybody who was first to publish it.
 */
export async function whyAnother(installed: string, running: string): Promise<string | undefined> {
  const manifest = await readManifest(join(installed, 'package.json'));
  if (manifest === undefined) return 'its package.json cannot be read';
  const bringing = bringsAlong.find((key) => !isEmpty(manifest[key]));
  if (bringing !== undefined) return `its package.json has ${bringing}`;
  if (JSON.stringify(manifest['bin'])?.replace('./', '') !== '{"capsule":"dist/capsule.js"}') return 'it starts another file';
  const own = (await filesIn(running)).filter((path) => path === 'dist/capsule.js' || path.startsWith('dist/chunks/'));
  if (own.length === 0) return 'this program runs from sources, which cannot be compared';
  const theirs = await filesIn(installed);
  // Code that is kept compiled is never published, and would be run in place of what can be read.
  const compiled = theirs.find((path) => path.startsWith('dist/code-cache/'));
  if (compiled !== undefined) return `it has ${compiled}`;
  for (const path of [...new Set([...own, ...theirs])].sort()) {
    if (!(await isSame(join(installed, path), join(running, path)))) return `${path} differs`;
  }
  return undefined;
}

const bringsAlong = ['dependencies', 'optionalDependencies', 'peerDependencies', 'bundleDependencies', 'bundledDependencies'];

async function readManifest(path: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const stat = await lstat(path);
    if (!stat.isFile() || stat.size > maxManifestBytes) return undefined;
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function isEmpty(value: unknown): boolean {
  return value === undefined || (typeof value === 'object' && Object.keys(value ?? {}).length === 0);
}

/** Every file below `dist`, from the root of the package, that is not a directory. */
async function filesIn(root: string): Promise<readonly string[]> {
  const entries = await readdir(join(root, 'dist'), { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => !entry.isDirectory()).map((entry) => relative(root, join(entry.parentPath, entry.name)));
  return files.map((path) => path.split(sep).join('/'));
}

async function isSame(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([readBounded(one), readBounded(other)]);
  return a !== undefined && b !== undefined && a.equals(b);
}

async function readBounded(path: string): Promise<Buffer | undefined> {
  try {
    const stat = await lstat(path);
    if (!stat.isFile() || stat.size > maxFileBytes) return undefined;
    await using file = await open(path, 'r');
    return await file.readFile();
  } catch {
    return undefined;
  }
}
