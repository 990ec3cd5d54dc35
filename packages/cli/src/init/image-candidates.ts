import { lstat, open, realpath } from 'node:fs/promises';
import { posix, relative, resolve, sep } from 'node:path';
import { parseRepository, parseYaml, SchemaError } from '@release-capsule/schema';
import type { PackageCandidate } from './package-candidates.ts';

const maxFiles = 400; // an application has dozens; what is in the first hundreds is enough to suggest something
const maxFileBytes = 256 * 1024; // what people write by hand; a longer one is generated
const maxYamlBytes = 64 * 1024; // a kustomization or values file; parsing costs more than looking

/** What is looked at to find the image. */
export interface ImageSearch {
  /** The working tree. */
  readonly root: string;
  /** Every file in it, from the root. */
  readonly files: readonly string[];
  readonly deployPackage: PackageCandidate;
}

/** Finds the images that a package runs, as full repositories without tag or digest, each once. */
export async function findImages({ root, files, deployPackage }: ImageSearch): Promise<readonly string[]> {
  const { path, kind } = deployPackage;
  const inside = files.filter((file) => (path === '.' || file.startsWith(`${path}/`)) && /\.(?:ya?ml|tpl)$|\/Kustomization$/.test(file));
  const found = new Set<string>();
  for (const file of inside.slice(0, maxFiles)) {
    const text = await readInside(root, file);
    if (text === undefined) continue;
    const isValues = kind === 'helm' && posix.dirname(file) === path && /^values[^/]*\.ya?ml$/.test(posix.basename(file));
    const isKustomization = /^(?:kustomization\.ya?ml|Kustomization)$/.test(posix.basename(file));
    const named = isValues ? imagesOfValues(text) : isKustomization ? imagesOfKustomization(text) : imagesOfManifest(text);
    for (const name of named.flatMap(fullRepository)) found.add(name);
  }
  return [...found];
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

function imagesOfKustomization(text: string): readonly string[] {
  const { images } = mappingOf(parse(text));
  if (!Array.isArray(images)) return [];
  return images.map(mappingOf).flatMap(({ name, newName }) => newName ?? name ?? []).filter(isText);
}

function imagesOfValues(text: string): readonly string[] {
  const { image } = mappingOf(parse(text));
  if (isText(image)) return [image];
  const { registry, repository } = mappingOf(image);
  if (!isText(repository)) return [];
  return [isText(registry) && registry !== '' ? `${registry}/${repository}` : repository];
}

/** Manifests may be of several documents, and templates no YAML at all: what a line says is enough to suggest. */
function imagesOfManifest(text: string): readonly string[] {
  return [...text.matchAll(/^\s*(?:-\s+)?image:\s*["']?([^\s"'#{}]+)["']?\s*(?:#.*)?$/gm)].map((match) => match[1] ?? '');
}

/** A placeholder, such as the name that a kustomization replaces, names no registry. */
function fullRepository(text: string): readonly string[] {
  const name = text.split('@')[0] ?? '';
  const colon = name.lastIndexOf(':');
  const repository = colon > name.lastIndexOf('/') ? name.slice(0, colon) : name;
  if (!/^[^/]*[.:][^/]*\//.test(repository) && !repository.startsWith('localhost/')) return [];
  try {
    return [parseRepository(repository)];
  } catch (error) {
    if (error instanceof SchemaError) return [];
    throw error;
  }
}

function parse(text: string): unknown {
  try {
    return parseYaml(Buffer.from(text), { what: 'the file', maxBytes: maxYamlBytes });
  } catch (error) {
    if (error instanceof SchemaError) return undefined;
    throw error;
  }
}

function mappingOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
