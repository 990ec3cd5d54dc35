import { execFile, execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { validate as validateInit } from '../../packages/cli/generated/init.js';
import { NpmRegistry, type PackedPackage } from '../npm/npm-registry.ts';
import { packProgram } from '../npm/pack-program.ts';
import { Workbench } from './workbench.ts';

const run = promisify(execFile);

let scratch: string;
let registry: NpmRegistry;
let program: PackedPackage;
let bench: Workbench;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'capsule-npm-test-'));
  registry = await NpmRegistry.start();
  program = packProgram(scratch);
}, 60_000);

afterAll(async () => {
  await registry[Symbol.asyncDispose]();
  rmSync(scratch, { recursive: true, force: true });
});

beforeEach(() => {
  registry.clear();
  bench = new Workbench();
  bench.git('remote', 'add', 'origin', 'https://github.com/example/app.git');
  mkdirSync(bench.path('bin'));
  symlinkSync(process.execPath, bench.path('bin/node'));
  for (const name of ['git', 'npm']) symlinkSync(execFileSync('sh', ['-c', `command -v ${name}`]).toString().trim(), bench.path('bin', name));
});

afterEach(() => bench[Symbol.dispose]());

/** What npm is set up with: a registry, and no patience. */
const npmEnv = (address = registry.address): Readonly<Record<string, string>> => ({
  PATH: `${bench.path('bin')}:/usr/bin:/bin`,
  npm_config_registry: address,
  npm_config_cache: bench.path('npm-cache'),
  npm_config_fetch_retries: '0',
});
const init = (env = npmEnv(), ...flags: readonly string[]): Promise<Record<string, unknown>> => bench.json(['init', '--yes', '--no-kargo', ...flags], { cwd: bench.path('app'), env });
const inApp = (path: string): string => bench.path('app', path);
const lockText = (): string => readFileSync(inApp('.capsule/package-lock.json'), 'utf8');

/** Installs what was locked as the job does. */
async function install(): Promise<string> {
  const folder = bench.path('job');
  mkdirSync(folder);
  for (const name of ['package.json', 'package-lock.json']) writeFileSync(join(folder, name), readFileSync(inApp(`.capsule/${name}`)));
  await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', folder], { cwd: bench.path('app'), env: { ...bench.env, ...npmEnv() } });
  return join(folder, 'node_modules/.bin/capsule');
}

describe('a registry that has this version', () => {
  beforeEach(() => registry.publish(program));

  test('gives the hash for the lock file, with which the real npm installs the program', async () => {
    const result = await init();

    expect(validateInit(result)).toBe(true);
    expect(result).toMatchObject({ program: { state: 'locked', integrity: expect.stringMatching(/^sha512-/) }, warnings: [] });
    expect(existsSync(inApp('.github/workflows/capsule.yml'))).toBe(true);
    expect((await run(await install(), ['--version'], { env: { ...bench.env, ...npmEnv() } })).stdout).toContain(program.manifest.version);
  });

  test('is not named in what is written, and neither is any other', async () => {
    await init();

    expect(`${lockText()}${readFileSync(inApp('.capsule/package.json'), 'utf8')}`).not.toMatch(/https?:|resolved|127\.0\.0\.1/);
  });

  test('is not asked again, so that a later run needs no network', async () => {
    await init();
    registry.clear();
    const again = await init(npmEnv('http://127.0.0.1:1'));

    expect(again).toMatchObject({ program: { state: 'locked' }, files: expect.arrayContaining([{ path: '.capsule/package-lock.json', state: 'unchanged' }]) });
    expect(registry.asked).toEqual([]);
  });

  test('cannot serve other bytes later: npm ci fails, and there is no program to run', async () => {
    await init();
    registry.tamper('release-capsule', packProgram(scratch, (folder) => appendFileSync(join(folder, 'dist/capsule.js'), '\n// evil\n')).tarball);

    await expect(install()).rejects.toMatchObject({ stderr: expect.stringContaining('EINTEGRITY') });
    expect(existsSync(bench.path('job/node_modules/.bin/capsule'))).toBe(false); // npm may leave an empty folder
  });

  test('cannot publish the version anew either: npm ci fails', async () => {
    await init();
    registry.publish(packProgram(scratch, (folder) => appendFileSync(join(folder, 'dist/capsule.js'), '\n// evil\n')));

    await expect(install()).rejects.toMatchObject({ stderr: expect.stringContaining('EINTEGRITY') });
  });

  test("is the one that npm is set up for, and not one that the repository's own .npmrc names", async () => {
    bench.commit({ '.npmrc': 'registry=http://127.0.0.1:1/\n', '.capsule/.npmrc': 'registry=http://127.0.0.1:1/\n' });

    expect(await init()).toMatchObject({ program: { state: 'locked' } });
    await install();
  });

  test.each([
    ['no lock file', 'package_lock', 'false'],
    ['no writing', 'dry_run', 'true'],
    ['a place for all', 'global', 'true'],
    ['links for packages', 'install_strategy', 'linked'],
    ['a lock file alone', 'package_lock_only', 'true'],
    ['no dependencies', 'omit', 'dev'],
  ])('gives the hash also where npm is set up for %s', async (_what, key, value) => {
    expect(await init({ ...npmEnv(), [`npm_config_${key}`]: value })).toMatchObject({ program: { state: 'locked' } });
  });

  test.each([
    ['a changed file', 'dist/capsule.js differs', (folder: string) => appendFileSync(join(folder, 'dist/capsule.js'), '\n')],
    ['a file more', 'dist/chunks/more.cjs differs', (folder: string) => writeFileSync(join(folder, 'dist/chunks/more.cjs'), '')],
    ['code that is kept compiled', 'it has dist/code-cache/v24/a', addCompiledCode],
    ['a dependency', 'its package.json has dependencies', (folder: string) => change(folder, { dependencies: { elsewhere: '1.0.0' } })],
    ['another start', 'it starts another file', (folder: string) => change(folder, { bin: { capsule: 'dist/chunks/evil.cjs' } })],
  ])('under a name that somebody else has taken writes no job: %s', async (what, why, make) => {
    registry.publish(packProgram(scratch, make));
    if (what === 'a dependency') registry.publish({ manifest: { name: 'elsewhere', version: '1.0.0' }, tarball: program.tarball });
    const { status, stdout } = await bench.run(['init', '--yes', '--no-kargo'], { cwd: bench.path('app'), env: npmEnv() });

    expect(status).toBe(0);
    expect(stdout).toContain(`no CI job is written: release-capsule@${program.manifest.version} in npm's registry is not the program that runs here: ${why} [PROGRAM_NOT_LOCKED]`);
    expect(stdout).toContain('Do not install that package: find out who published it.');
    expectNothingThatRuns();
  });
});

describe('a registry that does not have this version', () => {
  const cases: readonly (readonly [string, () => Readonly<Record<string, string>>, string])[] = [
    ['has no such package', () => npmEnv(), "npm's registry does not have release-capsule@"],
    ['has another version', () => {
      registry.publish(packProgram(scratch, (folder) => change(folder, { version: '0.0.1' })));
      return npmEnv();
    }, "npm's registry does not have release-capsule@"],
    ['is out of reach', () => npmEnv('http://127.0.0.1:1'), 'npm could not ask its registry for release-capsule@'],
    ['cannot be asked without npm', () => {
      rmSync(bench.path('bin/npm'));
      return { ...npmEnv(), PATH: bench.path('bin') };
    }, 'npm is not on the PATH'],
  ];

  test.each(cases)('leaves everything but the job, and says why: it %s', async (_what, arrange, why) => {
    const { status, stdout } = await bench.run(['init', '--yes', '--no-kargo'], { cwd: bench.path('app'), env: arrange() });

    expect(status).toBe(0);
    expect(stdout).toContain(`no CI job is written: ${why}`);
    expect(stdout).toContain('Run capsule init --ci github again');
    expect(stdout).not.toContain('The next push');
    expect(stdout).not.toContain('uses: ./.github/workflows/capsule.yml');
    expectNothingThatRuns();
  });

  test('is asked again by the next run, which then writes the job', async () => {
    const first = await init();
    expect(validateInit(first)).toBe(true);
    expect(first).toMatchObject({ program: { state: 'missing', isForeign: false }, warnings: [{ code: 'PROGRAM_NOT_LOCKED' }] });
    registry.publish(program);

    expect(await init()).toMatchObject({ program: { state: 'locked' }, answers: { ci: 'github' } });
    expect(existsSync(inApp('.github/workflows/capsule.yml'))).toBe(true);
  });

  test('is not asked where no CI job is wanted', async () => {
    const result = await init(npmEnv(), '--ci', 'none');

    expect(result).not.toHaveProperty('program');
    expect(registry.asked).toEqual([]);
  });
});

test.each([
  ['of another version', (text: string) => text.replaceAll(program.manifest.version, '9.9.9')],
  ['with one more package', (text: string) => text.replace('"packages": {', '"packages": {\n    "node_modules/evil": { "version": "1.0.0" },')],
  ['with an address', (text: string) => text.replace('"integrity"', '"resolved": "http://127.0.0.1:1/evil.tgz",\n      "integrity"')],
  ['without a hash', (text: string) => text.replace(/"integrity": "[^"]*"/, '"integrity": ""')],
])('a lock file %s is not taken for one that init has written', async (_what, edit) => {
  registry.publish(program);
  await init();
  writeFileSync(inApp('.capsule/package-lock.json'), edit(lockText()));
  registry.asked.length = 0;
  const { status, stderr } = await bench.run(['init', '--yes', '--no-kargo'], { cwd: bench.path('app'), env: npmEnv() });

  expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining('.capsule/package-lock.json') });
  expect(registry.asked).toContain('/release-capsule');
});

function addCompiledCode(folder: string): void {
  mkdirSync(join(folder, 'dist/code-cache/v24'), { recursive: true });
  writeFileSync(join(folder, 'dist/code-cache/v24/a'), '');
  change(folder, { files: ['dist'] });
}

function change(folder: string, more: object): void {
  const path = join(folder, 'package.json');
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...more }));
}

function expectNothingThatRuns(): void {
  expect([inApp('.github'), inApp('.capsule')].filter((path) => existsSync(path))).toEqual([]);
  expect(existsSync(inApp('capsule-policy.yaml'))).toBe(true);
}
