import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { workspaceRoot } from '../rules/source-files.ts';
import { toolPath } from './tools.ts';

const run = promisify(execFile);

const pnpm = /'(pnpm@[\d.]+)'/;
const folders = ['core', 'capsule-schema', 'oci', 'packer', 'verifier', 'cli'] as const;
const nodes = [
  ['22', toolPath('node22')],
  ['24', process.execPath],
  ['26', toolPath('node26')],
] as const;

interface Library {
  readonly folder: (typeof folders)[number];
  readonly name: string;
  /** The package's sources. */
  readonly load: () => Promise<object>;
  readonly example: string;
  /** The directory that the example is told, below the folder of this run. */
  readonly directory: readonly string[];
}

// In this order: the last example judges what the one before has made.
const libraries: readonly Library[] = [
  {
    folder: 'capsule-schema',
    name: '@release-capsule/schema',
    load: () => import('@release-capsule/schema'),
    example: 'read-record',
    directory: [],
  },
  {
    folder: 'oci',
    name: '@release-capsule/oci',
    load: () => import('@release-capsule/oci'),
    example: 'copy-artifact',
    directory: ['copies'],
  },
  {
    folder: 'packer',
    name: '@release-capsule/packer',
    load: () => import('@release-capsule/packer'),
    example: 'pack-and-sign',
    directory: ['hello'],
  },
  {
    folder: 'verifier',
    name: '@release-capsule/verifier',
    load: () => import('@release-capsule/verifier'),
    example: 'verify-and-unpack',
    directory: ['hello'],
  },
];

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'packed-packages-'));
  const [, version = ''] = pnpm.exec(await readFile(join(workspaceRoot, 'scripts/bootstrap/pnpm.mjs'), 'utf8')) ?? [];
  for (const folder of folders) {
    const cwd = join(workspaceRoot, 'packages', folder);
    await run('npx', ['--yes', version, 'pack', '--out', archiveOf(folder)], { cwd });
  }
  await cp(join(workspaceRoot, 'examples/hello-app'), join(root, 'hello-app'), { recursive: true });
});

afterAll(() => rm(root, { recursive: true }));

describe.each(libraries)('$name, packed and installed alone', ({ folder, name, load, example, directory }) => {
  let home: string;

  beforeAll(async () => {
    home = join(root, example);
    await cp(join(workspaceRoot, 'examples', example), home, { recursive: true, filter: isOfTheExample });
    await install(home, exampleDependencies(folder));
  });

  test('holds what it declares, a readme and the licence, and no sources', async () => {
    const files = await readdir(join(home, 'node_modules', name), { recursive: true });
    expect(files).toEqual(expect.arrayContaining(['package.json', 'README.md', 'LICENSE', join('dist', 'index.js'), join('dist', 'index.d.ts')]));
    expect(files.filter((path) => path.startsWith('src') || path.includes('.test.'))).toEqual([]);
  });

  test.each(nodes)('exports its public surface under Node %s', async (_line, node) => {
    const script = `import * as exported from '${name}'; console.log(Object.keys(exported).sort().join('\\n'));`;
    const { stdout, stderr } = await run(node, ['--input-type=module', '--eval', script], { cwd: home });
    expect(stdout.trim().split('\n')).toEqual(Object.keys(await load()).sort());
    expect(stderr).toBe('');
  });

  test('has types that its example agrees with', async () => {
    const types = join(workspaceRoot, 'node_modules/@types');
    const options = ['--noEmit', '--strict', '--target', 'es2024', '--module', 'nodenext', '--types', 'node', '--typeRoots', types];
    const compile = [join(workspaceRoot, 'node_modules/typescript/bin/tsc'), ...options, '--allowImportingTsExtensions', 'index.ts'];
    const { stdout } = await run(process.execPath, compile, { cwd: home }).catch((error: { readonly stdout: string }) => error);
    expect(stdout).toBe('');
  });

  test.each(nodes)('runs its example under Node %s', async (line, node) => {
    const args = directory.map((part) => join(root, `${part}-${line}`));
    const { stdout, stderr } = await run(node, ['index.ts', ...args], { cwd: home });
    expect(stdout).not.toBe('');
    expect(stderr).toBe('');
  });
});

describe('release-capsule, packed and installed alone', () => {
  let home: string;

  beforeAll(async () => {
    home = join(root, 'cli');
    await mkdir(home);
    await writeFile(join(home, 'package.json'), JSON.stringify({ private: true }));
    await install(home, ['cli']);
  });

  test('needs no other package', async () => {
    expect((await readdir(join(home, 'node_modules'))).filter((name) => !name.startsWith('.'))).toEqual(['release-capsule']);
  });

  test('runs as `npx capsule`', async () => {
    const { version } = JSON.parse(await readFile(join(workspaceRoot, 'packages/cli/package.json'), 'utf8'));
    const { stdout } = await run('npx', ['capsule', '--version'], { cwd: home });
    expect(stdout.trim()).toBe(version);
  });

  test.each(nodes)('makes a key pair under Node %s', async (line, node) => {
    const entry = join(home, 'node_modules/release-capsule/dist/capsule.js');
    const env = { ...process.env, COSIGN_PASSWORD: 'test' };
    await run(node, [entry, 'keygen', '--output', `keys-${line}`], { cwd: home, env });
    expect(await readFile(join(home, `keys-${line}`, 'cosign.pub'), 'utf8')).toContain('BEGIN PUBLIC KEY');
  });
});

function archiveOf(folder: string): string {
  return join(root, `${folder}.tgz`);
}

/** Not the links to the workspace's own packages. */
function isOfTheExample(path: string): boolean {
  return !path.includes('node_modules');
}

/** The packages that the library's example imports. */
function exampleDependencies(folder: (typeof folders)[number]): readonly (typeof folders)[number][] {
  return folder === 'packer' || folder === 'verifier' ? ['oci', folder] : [folder];
}

/** Installs packed packages as a stranger would, but for our own packages' being taken from here too. */
async function install(home: string, wanted: readonly string[]): Promise<void> {
  const path = join(home, 'package.json');
  const manifest = JSON.parse(await readFile(path, 'utf8'));
  const archives = Object.fromEntries(await Promise.all(folders.map(async (folder) => [await nameOf(folder), `file:${archiveOf(folder)}`])));
  const names = await Promise.all(wanted.map(nameOf));
  const dependencies = Object.fromEntries(names.map((name) => [name, archives[name]]));
  const overrides = Object.fromEntries(Object.entries(archives).filter(([name]) => !names.includes(name)));
  await writeFile(path, JSON.stringify({ ...manifest, dependencies, overrides }));
  await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts'], { cwd: home });
}

async function nameOf(folder: string): Promise<string> {
  return JSON.parse(await readFile(join(workspaceRoot, 'packages', folder, 'package.json'), 'utf8')).name;
}
