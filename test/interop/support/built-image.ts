import { execFile, execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { workspace } from './make-repository.ts';

/** What `npm run image` prints, as far as tests read it. */
export interface BuiltImage {
  readonly digest: string;
  readonly tag: string;
  readonly created: string;
  readonly revision: string;
  readonly compressedBytes: number;
  readonly unpackedBytes: number;
  /** Debian's packages in it. */
  readonly packages: readonly TakenPackage[];
}

/** A package of Debian's that an image was built from. */
export interface TakenPackage {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
}

/** How an image is built. */
export interface BuildOptions {
  /** The workspace whose sources it is built from. */
  readonly root?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly umask?: string;
  /** Where SBOM and provenance are written to as well. */
  readonly documents?: string;
  /** Other options of the command. */
  readonly flags?: readonly string[];
}

/** Builds the container image of the verify service to a reference, from the sources of a workspace. */
export async function buildServiceImage(output: string, build: BuildOptions = {}): Promise<BuiltImage> {
  const { root = workspace, env = {}, umask = '022', documents, flags = [] } = build;
  const script = ['--conditions=source', join(root, 'scripts/build-image.mjs')];
  const args = [...script, '--output', output, ...flags, ...(documents === undefined ? [] : ['--documents', documents])];
  const options = { cwd: root, env: { ...process.env, ...env }, maxBuffer: 1024 * 1024 };
  const { stdout } = await promisify(execFile)('sh', ['-c', 'umask "$0"; exec "$@"', umask, process.execPath, ...args], options);
  return JSON.parse(stdout) as BuiltImage;
}

/** Writes a lock that names the packages of an image that was built on this machine. */
export function writeImageLock(path: string, packages: readonly TakenPackage[]): void {
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  const entries = packages.map(({ name, version, sha256 }) => [name, { version, sha256 }]);
  writeFileSync(path, JSON.stringify({ [architecture]: Object.fromEntries(entries) }));
}

/** Copies this workspace as it is, with its history and what is not committed, to another place. */
export function copySources(root: string): void {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const listed = execFileSync('git', args, { cwd: workspace, encoding: 'utf8' });
  for (const path of ['.git', ...listed.split('\0')].filter((name) => name !== '' && existsSync(join(workspace, name)))) {
    cpSync(join(workspace, path), join(root, path), { recursive: true });
  }
}

/** Brings what was installed, generated and fetched for this workspace into another tree of its sources. */
export function equipWorkspace(root: string): void {
  const packages = readdirSync(join(workspace, 'packages')).map((name) => join('packages', name));
  const folders = ['.', ...packages].flatMap((folder) => [join(folder, 'node_modules'), join(folder, 'generated')]);
  for (const folder of [...folders, '.tools/image/packages'].filter((path) => existsSync(join(workspace, path)))) {
    mkdirSync(dirname(join(root, folder)), { recursive: true });
    execFileSync('cp', ['-a', '--', join(workspace, folder), join(root, folder)]);
  }
}
