import { execFileSync } from 'node:child_process';
import { symlinkSync, truncateSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { validate } from '../../packages/cli/generated/error.js';
import type { CommandResult } from './capsule-command.ts';
import { Workbench } from './workbench.ts';

interface Row {
  readonly what: string;
  readonly status: number;
  readonly code: string;
  /** Makes the bad input; returns options that replace the usual ones. */
  readonly make: (bench: Workbench) => Readonly<Record<string, string>> | void;
}

const kustomization = 'resources: []\n';
// A billion of laughs, in the nine lines that it takes.
const yamlBomb: string = ['a: &a [x, x]', ...'bcdefghi'.split('').map((name, index) => {
  const before = 'abcdefgh'[index] ?? '';
  return `${name}: &${name} [*${before}, *${before}, *${before}, *${before}, *${before}, *${before}, *${before}, *${before}]`;
})].join('\n');

const packRows: readonly Row[] = [
  { what: 'a commit that is not there', status: 2, code: 'COMMIT_UNKNOWN', make: () => ({ '--commit': 'f'.repeat(40) }) },
  { what: 'a revision that names nothing', status: 2, code: 'COMMIT_UNKNOWN', make: () => ({ '--commit': 'no-such-branch' }) },
  { what: 'a revision that looks like an option of git', status: 2, code: 'COMMIT_UNKNOWN', make: () => ({ '--commit': '--output=x' }) },
  { what: 'a directory that is no repository', status: 2, code: 'GIT_REPOSITORY_UNKNOWN', make: () => ({ '--repo': 'out' }) },
  { what: 'a package path that is not in the commit', status: 2, code: 'PACKAGE_PATH_UNKNOWN', make: () => ({ '--package': 'k8z' }) },
  { what: 'a package path that is only in the working tree', status: 2, code: 'PACKAGE_PATH_UNKNOWN', make: uncommitted },
  { what: 'a package that patterns leave empty', status: 1, code: 'PACKAGE_EMPTY', make: () => ({ '--include': 'nothing/**' }) },
  {
    what: 'a package without a kustomization',
    status: 2,
    code: 'PACKAGE_KIND_UNKNOWN',
    make: (bench) => committed(bench, { 'plain/a.yaml': 'a: 1\n' }, 'plain'),
  },
  { what: 'a symbolic link', status: 1, code: 'ENTRY_UNSUPPORTED', make: withLink },
  { what: 'a submodule', status: 1, code: 'ENTRY_UNSUPPORTED', make: withSubmodule },
  { what: 'an LFS pointer', status: 1, code: 'LFS_POINTER', make: (bench) => committed(bench, { 'k8s/big.bin': lfsPointer }) },
  { what: 'a file over its limit', status: 1, code: 'FILE_TOO_LARGE', make: withLargeFile },
  { what: 'names that collide when case is folded', status: 1, code: 'PATH_COLLISION', make: (bench) => withNames(bench, 'k8s/App.yaml', 'k8s/app.yaml') },
  { what: 'names that collide under full case folding', status: 1, code: 'PATH_COLLISION', make: (bench) => withNames(bench, 'k8s/straße', 'k8s/STRASSE') },
  { what: 'a name that is not in the composed Unicode form', status: 1, code: 'PATH_INVALID', make: (bench) => withNames(bench, 'k8s/cafe\u0301') },
  { what: 'a name that is not UTF-8', status: 1, code: 'PATH_INVALID', make: (bench) => withNames(bench, Buffer.from('k8s/\xff.yaml', 'latin1')) },
  { what: 'an image without a digest', status: 2, code: 'IMAGE_INVALID', make: ({ tag }) => ({ '--image': `ghcr.io/example/app:${tag}` }) },
  { what: 'an image with a short digest', status: 2, code: 'IMAGE_INVALID', make: () => ({ '--image': 'ghcr.io/example/app@sha256:12' }) },
  { what: 'a tag that is not the commit’s', status: 1, code: 'TAG_MISMATCH', make: ({ image }) => ({ '--image': image.replace(/git-[0-9a-f]+/, 'v1.2.3') }) },
  { what: 'a name that is none', status: 2, code: 'NAME_INVALID', make: () => ({ '--name': 'No Name' }) },
  {
    what: 'a package that refers outside',
    status: 1,
    code: 'REFERENCE_OUTSIDE',
    make: (bench) => committed(bench, { 'k8s/base/kustomization.yaml': 'resources: [../../README.md]\n' }),
  },
  {
    what: 'a Secret with data',
    status: 1,
    code: 'SECRET_INCLUDED',
    make: (bench) => committed(bench, { 'k8s/s.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {password: hunter2-in-git}\n' }),
  },
  { what: 'an SBOM that is none', status: 1, code: 'METADATA_INVALID', make: (bench) => ({ '--sbom': bench.write('sbom.json', '{}') }) },
  { what: 'a capsule.yaml that is a YAML bomb', status: 2, code: 'CONFIG_INVALID', make: (bench) => ({ '--config': bench.write('bomb.yaml', yamlBomb) }) },
  {
    what: 'a capsule.yaml with an unknown key',
    status: 2,
    code: 'CONFIG_INVALID',
    make: (bench) => ({ '--config': bench.write('c.yaml', 'apiVersion: release-capsule/v1\nkind: Capsule\nname: app\npackage: {from: k8s}\nsigners: []\n') }),
  },
  { what: 'a capsule.yaml that is not there', status: 2, code: 'FILE_UNREADABLE', make: () => ({ '--config': 'missing.yaml' }) },
  { what: 'a digest in --to', status: 2, code: 'OPTION_INVALID', make: () => ({ '--to': `oci:capsules@sha256:${'0'.repeat(64)}` }) },
  { what: 'a --to that is no reference', status: 2, code: 'REFERENCE_INVALID', make: () => ({ '--to': 'Not A Reference' }) },
  { what: 'a directory without a commit', status: 2, code: 'OPTION_INVALID', make: () => ({ '--directory': 'app/k8s' }) },
];

describe('capsule pack writes nothing, and says why and what to do, for', () => {
  test.each(packRows)('$what', async ({ status, code, make }) => {
    using bench = new Workbench();
    const changed = make(bench) ?? {};
    // After make: it may have committed.
    const options = { ...optionsOf(bench.packOptions), '--to': 'oci:capsules', ...changed };

    const result = await bench.run(['pack', '--json', ...Object.entries(options).flat()]);

    expectError(result, { status, code });
    expect(bench.snapshot('capsules')).toEqual([]);
    expect(bench.leftovers()).toEqual([]);
  });

  test('a layout that is a directory of somebody else', async () => {
    using bench = new Workbench();
    bench.write('capsules/precious.txt', 'mine');
    const before = bench.snapshot('capsules');

    expectError(await bench.run(['pack', '--json', ...bench.packOptions, '--to', 'oci:capsules']), { status: 1, code: 'LAYOUT_INVALID' });

    expect(bench.snapshot('capsules')).toEqual(before);
  });

  test('a tag that names another capsule', async () => {
    using bench = new Workbench();
    await bench.pack();
    const index = bench.read('capsules/index.json');

    const result = await bench.run(['pack', '--json', ...bench.packOptions, '--to', 'oci:capsules', '--annotation', 'team=other']);

    expectError(result, { status: 1, code: 'TAG_TAKEN' });
    const tags = (text: string): unknown => JSON.parse(text).manifests.filter(({ annotations }: { annotations?: object }) => annotations !== undefined);
    expect(tags(bench.read('capsules/index.json'))).toEqual(tags(index));
  });
});

describe('capsule sign and release attach nothing, and say why and what to do, for', () => {
  let bench: Workbench;
  let before: readonly string[];

  beforeAll(async () => {
    bench = new Workbench();
    await bench.pack();
    await bench.json(['keygen', '--output', 'keys'], { env: { COSIGN_PASSWORD: 'correct horse' } });
    bench.write('not-a.key', 'not a key\n');
    before = bench.snapshot('capsules');
  });

  afterAll(() => bench[Symbol.dispose]());

  test.each([
    { what: 'a wrong password', key: 'keys/cosign.key', password: 'wrong horse', code: 'KEY_PASSWORD' },
    { what: 'a public key', key: 'signing.pub', password: '', code: 'KEY_INVALID' },
    { what: 'a file that is no key', key: 'not-a.key', password: '', code: 'KEY_INVALID' },
    { what: 'a key that is not there', key: 'missing.key', password: '', code: 'FILE_UNREADABLE' },
  ])('$what', async ({ key, password, code }) => {
    const env = { COSIGN_PASSWORD: password };

    expectError(await bench.run(['sign', '--json', `oci:capsules:${bench.tag}`, '--key', key], { env }), { status: 2, code });
    expectError(await bench.run(['release', '--json', ...bench.packOptions, '--to', 'oci:new', '--key', key], { env }), { status: 2, code });

    expect(bench.snapshot('capsules')).toEqual(before);
    expect(bench.snapshot('new')).toEqual([]);
  });

  test('a password that nobody is there to give', async () => {
    const result = await bench.run(['sign', '--json', `oci:capsules:${bench.tag}`, '--key', 'keys/cosign.key']);

    expectError(result, { status: 2, code: 'OPTION_INVALID' });
    expect(result.stderr).toContain('COSIGN_PASSWORD');
  });

  test('a tag that is not there', async () => {
    const result = await bench.run(['sign', '--json', 'oci:capsules:nothing', '--key', 'signing.key']);

    expectError(result, { status: 1, code: 'REFERENCE_UNKNOWN' });
  });

  test('a key pair that is there already', async () => {
    const keys = bench.snapshot('keys');

    const result = await bench.run(['keygen', '--json', '--output', 'keys'], { env: { COSIGN_PASSWORD: 'x' } });

    expectError(result, { status: 2, code: 'KEY_EXISTS' });
    expect(bench.snapshot('keys')).toEqual(keys);
  });
});

/** Expects the code and a hint, for people and for programs alike. */
function expectError({ status, stdout, stderr }: CommandResult, wanted: { readonly status: number; readonly code: string }): void {
  expect({ status, stderr }).toMatchObject({ status: wanted.status, stderr: expect.stringContaining(`[${wanted.code}]`) });
  expect(stderr).toMatch(/^error: \S[^\n]* \[[A-Z_]+\]\n(?: {2}[^\n]*\n)*hint: {2}\S[^\n]*\n$/);
  const printed: unknown = JSON.parse(stdout);
  expect(validate(printed), JSON.stringify(validate.errors)).toBe(true);
  expect(printed).toMatchObject({ error: { code: wanted.code, hint: expect.stringMatching(/\S/) } });
}

function optionsOf(args: readonly string[]): Record<string, string> {
  const options: Record<string, string> = {};
  for (let index = 0; index < args.length; index += 2) options[args[index] ?? ''] = args[index + 1] ?? '';
  return options;
}

const lfsPointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'4'.repeat(64)}\nsize 12345\n`;

function committed(bench: Workbench, files: Readonly<Record<string, string>>, path = 'k8s'): Record<string, string> {
  bench.commit(files);
  return { '--package': path, '--image': bench.image };
}

function uncommitted(bench: Workbench): Record<string, string> {
  bench.write('app/fresh/kustomization.yaml', kustomization);
  return { '--package': 'fresh' };
}

function withLink(bench: Workbench): void {
  symlinkSync('base', bench.path('app/k8s/link'));
  bench.commit();
}

function withSubmodule(bench: Workbench): void {
  bench.git('update-index', '--add', '--cacheinfo', `160000,${bench.head},k8s/module`);
  bench.git('commit', '--quiet', '--message', 'A submodule');
  bench.head = bench.git('rev-parse', 'HEAD');
}

function withLargeFile(bench: Workbench): void {
  const path = bench.write('app/k8s/large.bin', '');
  truncateSync(path, 50 * 1024 * 1024 + 1);
  bench.commit();
}

/** Commits files by names that the file system here may not be able to hold. */
function withNames(bench: Workbench, ...names: readonly (string | Buffer)[]): void {
  const blob = bench.git('rev-parse', 'HEAD:k8s/base/config.yaml');
  const lines = names.map((name) => Buffer.concat([Buffer.from(`100644 ${blob}\t`), Buffer.from(name), Buffer.of(0)]));
  execFileSync('git', ['update-index', '-z', '--index-info'], { cwd: bench.path('app'), env: bench.env, input: Buffer.concat(lines) });
  bench.git('commit', '--quiet', '--message', 'Names');
  bench.git('checkout-index', '--all', '--quiet'); // else they count as deleted
  bench.head = bench.git('rev-parse', 'HEAD');
}
