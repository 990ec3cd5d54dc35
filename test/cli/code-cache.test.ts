import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { capsulePath } from './capsule-command.ts';
import { Workbench } from './workbench.ts';

const preload = new URL('list-loaded.ts', import.meta.url).href;
const engine = `${process.version}-${process.arch}`;
const isRoot = process.geteuid?.() === 0;

let bench: Workbench;
let program: string;
beforeAll(async () => {
  bench = new Workbench();
  await bench.release();
});

beforeEach(() => {
  program = bench.path('program', 'dist');
  rmSync(dirname(program), { recursive: true, force: true });
  mkdirSync(dirname(program));
  for (const name of ['capsule.js', 'chunks']) cpSync(join(dirname(capsulePath), name), join(program, name), { recursive: true });
  cpSync(join(dirname(capsulePath), '..', 'package.json'), join(program, '..', 'package.json'));
  // The umask of the clone and of this process may let a group write.
  for (const path of ['..', '.', ...readdirSync(program, { recursive: true, encoding: 'utf8' })]) chmodSync(join(program, path), 0o755);
});

afterAll(() => bench[Symbol.dispose]());

test('what one run has compiled, the next one runs', () => {
  expect(verify()).toMatchObject({ loaded: { source: expect.any(Number), kept: 0 } });
  const { source = 0, kept = 0 } = verify().loaded;

  expect(kept).toBeGreaterThan(5);
  expect(keptFiles()).toHaveLength(kept);
  // What is left is small, and compiled sooner than it is looked up.
  expect(source).toBeLessThan(25);
});

test('what is kept can be written by its owner alone, whatever the umask', () => {
  verify({ umask: '000' });

  const paths = [cachePath('..'), cachePath(), ...keptFiles().map((name) => cachePath(name))];
  expect(paths.filter((path) => (statSync(path).mode & 0o022) !== 0)).toEqual([]);
});

test('who runs other code than before has that kept too', () => {
  verify();
  const before = keptFiles();
  run(['inspect', `oci:capsules:${bench.tag}`]);

  expect(keptFiles().length).toBeGreaterThan(before.length);
});

test.each([
  ['the folder of the program', () => chmodSync(program, 0o775)],
  ['its entry', () => chmodSync(join(program, 'capsule.js'), 0o757)],
])('nothing is kept where others may write in %s', (_what, open) => {
  open();
  verify();

  expect(existsSync(cachePath())).toBe(false);
});

test.each([
  ['whose folder others may write in', () => chmodSync(cachePath(), 0o777)],
  ['in a folder that others may write in', () => chmodSync(cachePath('..'), 0o775)],
  ['beside a program that others may change', () => chmodSync(program, 0o777)],
  ['that lies elsewhere', () => linkElsewhere()],
])('what is kept is not run %s', (_what, change) => {
  verify();
  change();

  expect(verify().loaded).toMatchObject({ kept: 0 });
});

const plantings: readonly (readonly [string, (path: string) => void])[] = [
  ['may be written by others', (path) => chmodSync(path, 0o646)],
  ['is a link', (path) => moveElsewhere(path)],
  ['belongs to somebody else', (path) => chownSync(path, 65532, 65532)],
];

// Nobody else can give a file away.
test.each(plantings.slice(0, isRoot ? 3 : 2))('what was left there while the folder was open is not run: it %s', (_what, change) => {
  verify();
  const [name = ''] = keptFiles();
  change(cachePath(name));

  expect(verify().loaded).toMatchObject({ kept: keptFiles().length - 1 });
});

test.runIf(isRoot)('what is kept is not run where it is not of the owner of the program', () => {
  verify();
  chownSync(cachePath(), 65532, 65532);

  expect(verify().loaded).toMatchObject({ kept: 0 });
});

test.runIf(isRoot)('what the owner of the program has kept, others run; they keep nothing', () => {
  verify();
  chownAll(65532);
  const before = keptFiles();

  expect(verify().loaded).toMatchObject({ kept: before.length });
  run(['inspect', `oci:capsules:${bench.tag}`]);
  expect(keptFiles()).toEqual(before);
});

test.runIf(isRoot)('nothing is kept in a program of somebody else', () => {
  chownAll(65532);
  verify();

  expect(existsSync(cachePath())).toBe(false);
});

test('where nothing can be kept, nothing is said about it', () => {
  writeFileSync(cachePath('..'), '');

  expect(verify().loaded).toMatchObject({ kept: 0 });
});

test.each([
  ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.byteLength >> 1)],
  ['empty', () => Buffer.alloc(0)],
  ['changed', (bytes: Buffer) => bytes.with(bytes.byteLength >> 1, 1 ^ (bytes[bytes.byteLength >> 1] ?? 0))],
])('what is %s on the disk is compiled again, and kept again', (_what, damage) => {
  verify();
  const [name = ''] = keptFiles();
  writeFileSync(cachePath(name), damage(readFileSync(cachePath(name))));
  const whole = keptFiles().length;

  expect(verify().loaded).toMatchObject({ kept: whole - 1 });
  expect(verify().loaded).toMatchObject({ kept: whole });
});

test('code that has been replaced by other code of the same length is not run', () => {
  verify();
  const [name = ''] = keptFiles();
  const chunk = join(program, 'chunks', name);
  writeFileSync(chunk, readFileSync(chunk, 'utf8').replace('"use strict";', '"use strict"\n'));

  expect(verify().loaded).toMatchObject({ kept: keptFiles().length - 1 });
});

test('V8 with other options runs nothing of it, and leaves it as it is', () => {
  verify();
  const before = bytesKept();

  expect(verify({ options: ['--stack-size=900', '--no-opt'] }).loaded).toMatchObject({ kept: 0, refused: keptFiles().length });
  expect(bytesKept()).toEqual(before);
});

test('a program that has run for long keeps nothing: V8 has dropped what it began with', () => {
  verify({ options: ['--import', 'data:text/javascript,process.uptime=()=>61'] });

  expect(existsSync(cachePath())).toBe(false);
});

test('NODE_DISABLE_COMPILE_CACHE leaves it alone', () => {
  verify({ env: { NODE_DISABLE_COMPILE_CACHE: '1' } });
  expect(existsSync(cachePath())).toBe(false);

  verify();
  expect(verify({ env: { NODE_DISABLE_COMPILE_CACHE: '1' } }).loaded).toMatchObject({ kept: 0 });
});

test('nothing of it is published', () => {
  const { files }: { readonly files: readonly string[] } = JSON.parse(readFileSync(join(program, '..', 'package.json'), 'utf8'));

  expect(files).toContain('dist/chunks');
  expect(files.filter((path) => /^dist\/?$|\*|cache/.test(path))).toEqual([]);
});

interface Setting {
  readonly options?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly umask?: string;
}

/** Verifies the release, which has to succeed without a word, and counts what its code was loaded from. */
function verify(setting: Setting = {}): { readonly loaded: Readonly<Record<string, number>> } {
  return run(['verify', `oci:capsules:${bench.tag}`, '--image', bench.image, '--name', 'app', '--key', 'signing.pub'], setting);
}

function run(args: readonly string[], { options = [], env = {}, umask = '022' }: Setting = {}): { readonly loaded: Readonly<Record<string, number>> } {
  const list = bench.write('loaded.txt', '');
  const command = ['-c', `umask ${umask}; exec "$@"`, 'sh', process.execPath, ...options, '--import', preload, join(program, 'capsule.js'), ...args];
  const { status, stderr } = spawnSync('sh', command, { cwd: bench.directory, env: { ...bench.env, ...env, CAPSULE_TEST_LOADED: list }, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const loaded = { source: 0, kept: 0, refused: 0 };
  for (const line of readFileSync(list, 'utf8').trim().split('\n')) loaded[line.slice(line.lastIndexOf(' ') + 1) as keyof typeof loaded] += 1;
  return { loaded };
}

function cachePath(name = ''): string {
  return join(program, 'code-cache', engine, name);
}

function keptFiles(): readonly string[] {
  return readdirSync(cachePath()).sort();
}

function bytesKept(): readonly Buffer[] {
  return keptFiles().map((name) => readFileSync(cachePath(name)));
}

function linkElsewhere(): void {
  renameSync(cachePath('..'), bench.path('elsewhere'));
  symlinkSync(bench.path('elsewhere'), cachePath('..').replace(/\/$/, ''));
}

function moveElsewhere(path: string): void {
  renameSync(path, bench.path('elsewhere-file'));
  symlinkSync(bench.path('elsewhere-file'), path);
}

function chownAll(user: number): void {
  execFileSync('chown', ['-R', `${user}:${user}`, program]);
}
