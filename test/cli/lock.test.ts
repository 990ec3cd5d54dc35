import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { validate as validateLock } from '../../packages/cli/generated/lock.js';
import { Workbench } from './workbench.ts';

const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;

const config = (...more: readonly string[]): string =>
  ['apiVersion: release-capsule/v1', 'kind: Capsule', 'name: app', 'package: {from: k8s}', ...more, ''].join('\n');
const image = 'image: {repository: ghcr.io/acme/podinfo}';
const redis = `images: ["docker.io/library/redis:7.4@${digest('7')}"]`;

const pod = (name: string, of: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: {containers: [{name: a, image: "${of}"}]}\n`;
const rendered = [pod('app', 'stefanprodan/podinfo:6.9.2'), pod('cache', 'redis:7.4')].join('---\n');

let bench: Workbench;

beforeEach(() => {
  bench = new Workbench({
    'capsule.yaml': config(image, redis),
    'k8s/kustomization.yaml': 'resources: [all.yaml]\n',
    'k8s/all.yaml': rendered,
  });
});

afterEach(() => bench[Symbol.dispose]());

// No program is at hand but git, and the ones that a test writes.
const options = (): { readonly cwd: string; readonly env: { readonly PATH: string } } => ({ cwd: bench.path('app'), env: bench.pathWithGit() });
const lock = (...args: readonly string[]): ReturnType<Workbench['run']> => bench.run(['lock', ...args], options());
const lockFile = (): string => bench.read('app/capsule.lock.yaml');

/** A program in the place of kustomize, which renders what it is told to. */
function writeKustomize(text: string, version = 'v5.8.2'): void {
  const path = bench.write('bin/kustomize', `#!${process.execPath}\nconsole.log(process.argv[2] === 'version' ? '${version}' : ${JSON.stringify(text)})\n`);
  execFileSync('chmod', ['755', path]);
}

describe('capsule lock', () => {
  test('writes what was rendered, the same each time, and says what changed', async () => {
    writeKustomize(rendered);
    const first = await lock('--image-name', 'stefanprodan/podinfo');
    const written = lockFile();
    const second = await lock();

    expect(first).toMatchObject({ status: 0, stderr: '' });
    expect(first.stdout.split('\n')).toEqual([
      '✔ capsule.lock.yaml written',
      '  image     ghcr.io/acme/podinfo',
      '  named     stefanprodan/podinfo',
      '  others    1 image, each by its digest',
      '  rendered  by kustomize 5.8.2',
      '',
      '  changed:',
      '    + the image  ghcr.io/acme/podinfo',
      '    + its names  stefanprodan/podinfo',
      `    + docker.io/library/redis:7.4  sha256:${'7'.repeat(12)}`,
      '',
    ]);
    expect(bench.leftovers()).toEqual([]);
    expect(second.stdout).toMatch(/^✔ capsule\.lock\.yaml is up to date\n(?!.*changed)/s);
    expect(lockFile()).toBe(written);
  });

  test('refuses to guess which image is the application, and lists them', async () => {
    writeKustomize(rendered);
    const { status, stdout, stderr } = await lock();

    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('it runs redis, stefanprodan/podinfo [IMAGE_UNDECIDED]');
    expect(stderr).toMatch(/^hint: +Say which of them is the application: --image-name NAME/m);
    expect(existsSync(bench.path('app/capsule.lock.yaml'))).toBe(false);
    expect(bench.leftovers()).toEqual([]);
  });

  test('takes the name that capsule.yaml states', async () => {
    writeKustomize(rendered);
    bench.commit({ 'capsule.yaml': config('image: {repository: ghcr.io/acme/podinfo, names: [{name: stefanprodan/podinfo}]}', redis) });

    expect(await lock()).toMatchObject({ status: 0 });
    expect(lockFile()).toContain('- name: "stefanprodan/podinfo"');
  });

  test('without a program takes what the files show, and says how to get it', async () => {
    const { status, stdout } = await lock('--image-name', 'stefanprodan/podinfo');

    expect(status).toBe(0);
    expect(stdout).toMatch(/! the package was not rendered: there is no kustomize on the PATH \[NOT_RENDERED\]/);
    expect(lockFile()).not.toContain('rendered');
  });

  test.each([
    ['an old program on the PATH', [], 0, /kustomize 5\.6\.0, wanted >=5\.7 <6/],
    ['an old program that is named', ['--kustomize', '../bin/kustomize'], 4, /kustomize 5\.6\.0, wanted >=5\.7 <6 \[RENDERER_UNAVAILABLE\]/],
    ['a program that is named and missing', ['--kustomize', 'none'], 4, /there is no program .*\/app\/none \[RENDERER_UNAVAILABLE\]/],
  ])('with %s ends as it should', async (_what, args, status, message) => {
    writeKustomize(rendered, 'v5.6.0');
    const result = await lock('--image-name', 'stefanprodan/podinfo', ...args);

    expect(result.status).toBe(status);
    expect(result.stdout + result.stderr).toMatch(message);
  });

  test('asks no registry with --no-resolve, and says what is left out', async () => {
    writeKustomize(rendered);
    bench.commit({ 'capsule.yaml': config(image) });
    const { status, stdout } = await lock('--no-resolve', '--image-name', 'stefanprodan/podinfo');

    expect(status).toBe(0);
    expect(stdout).toContain('! docker.io/library/redis:7.4 is not in the lock: its digest is not known [IMAGE_NOT_RESOLVED]');
    expect(stdout).toContain('others    none');
  });

  test('names the image that a registry does not answer for', async () => {
    writeKustomize(`${rendered}---\n${pod('other', '127.0.0.1:1/acme/other:1')}`);
    const { status, stderr } = await lock('--image-name', 'stefanprodan/podinfo');

    expect(status).toBe(3);
    expect(stderr).toMatch(/the digest of 127\.0\.0\.1:1\/acme\/other:1 cannot be found: .*\[UNAVAILABLE\]/);
  });

  test('reads the working tree as Git knows it', async () => {
    bench.write('app/k8s/new.yaml', pod('new', 'busybox:1'));
    const { stdout } = await lock('--image-name', 'stefanprodan/podinfo', '--no-resolve');
    bench.git('add', 'k8s/new.yaml');
    const after = await lock('--no-resolve');

    expect(stdout).toContain('! new.yaml of the package is not known to Git, and was left out [FILES_UNTRACKED]');
    expect(stdout).not.toContain('busybox');
    expect(after.stdout).toContain('docker.io/library/busybox:1 is not in the lock');
  });

  test('prints its published form', async () => {
    writeKustomize(rendered);
    const printed = await bench.json(['lock', '--image-name', 'stefanprodan/podinfo'], options());

    expect(validateLock(printed), JSON.stringify(validateLock.errors)).toBe(true);
    expect(printed).toMatchObject({ state: 'written', path: bench.path('app/capsule.lock.yaml'), lock: { images: [{ digest: digest('7') }] } });
  });

  test('needs a capsule.yaml', async () => {
    expect(await bench.run(['lock'])).toMatchObject({ status: 2, stderr: expect.stringContaining('there is no capsule.yaml here') });
  });
});

describe('capsule lock --check', () => {
  const check = (...args: readonly string[]): ReturnType<Workbench['run']> => lock('--check', ...args);

  beforeEach(async () => {
    writeKustomize(rendered);
    await lock('--image-name', 'stefanprodan/podinfo');
  });

  test('accepts the lock as it was written, whatever version of the program renders the same', async () => {
    writeKustomize(rendered, 'v5.9.0');

    expect(await check()).toMatchObject({ status: 0, stdout: expect.stringContaining('is up to date') });
  });

  test('refuses it where the package runs something else, and writes nothing', async () => {
    const before = lockFile();
    writeKustomize(`${rendered}---\n${pod('more', `quay.io/acme/more@${digest('8')}`)}`);
    const { status, stdout } = await check();

    expect(status).toBe(1);
    expect(stdout).toContain('✘ capsule.lock.yaml is not up to date: run capsule lock, and commit it');
    expect(stdout).toContain(`+ quay.io/acme/more@${digest('8')}`);
    expect(lockFile()).toBe(before);
  });

  test('asks no registry: an image that the lock lacks is reason enough', async () => {
    writeKustomize(`${rendered}---\n${pod('more', '127.0.0.1:1/acme/more:1')}`);

    expect(await check()).toMatchObject({ status: 1, stdout: expect.stringContaining('127.0.0.1:1/acme/more:1 is not in the lock') });
    expect(await check('--no-resolve')).toMatchObject({ status: 0 });
  });

  test('refuses a lock that is missing', async () => {
    execFileSync('rm', [bench.path('app/capsule.lock.yaml')]);

    expect(await check('--image-name', 'stefanprodan/podinfo')).toMatchObject({ status: 1 });
  });

  test('does not judge without the program, nor a lock that cannot be read', async () => {
    execFileSync('rm', [bench.path('bin/kustomize')]);
    expect(await check()).toMatchObject({ status: 4, stderr: expect.stringContaining('RENDERER_UNAVAILABLE') });

    writeKustomize(rendered);
    bench.write('app/capsule.lock.yaml', 'kind: ImageLock\n');
    expect(await check()).toMatchObject({ status: 2, stderr: expect.stringContaining('LOCK_INVALID') });
    expect(await lock('--image-name', 'stefanprodan/podinfo')).toMatchObject({ status: 0 });
    expect(await check()).toMatchObject({ status: 0 });
  });
});
