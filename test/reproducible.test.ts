import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { commitFiles, type Files, git, gitEnv, initRepository, writeFiles } from './releases/git-repository.ts';
import { noise } from './releases/packages.ts';
import { temporaryDirectory } from './releases/temporary-directory.ts';

/** The commit below, packed as below, is this capsule, on every machine, for as long as there is a version 1. */
const goldenCommit = '1e3abb24f44bebcf21e399eee5c4d3faddab5009';
const goldenDigest = 'sha256:8212e0e3bbb18811549af8850250c68821c8c38c289c047fcb290de339c9d2dd';
const goldenPlainDigest = 'sha256:a1f5bcc11994e35a0b7c6a8667f2017569fe4d24f7ebec332168abe19ce354c3';

const files: Files = {
  'k8s/kustomization.yaml': 'resources: [base]\n',
  'k8s/base/kustomization.yaml': 'resources: [deployment.yaml]\n',
  'k8s/base/deployment.yaml': 'kind: Deployment\nmetadata: {name: app}\nspec: {template: {spec: {containers: [{image: ghcr.io/example/app}]}}}\n',
  'k8s/base/I/i/ı/İ.yaml': 'letters that Turkish folds in its own way\n',
  'k8s/base/ä/ö.yaml': 'letters that locales sort in their own way\n',
  'k8s/base/Z.yaml': 'upper case sorts before lower\n',
  'k8s/base/a.yaml': 'b\n',
  'k8s/hooks/wait.sh': { script: '#!/bin/sh\n' },
  'k8s/noise.bin': noise(200_000),
  'README.md': 'an application\n',
};

const directory = temporaryDirectory();
const repository = join(directory, 'repository');
let commit: string;

beforeAll(() => {
  initRepository(repository);
  commit = commitFiles(repository, files);
  bundle();
});

const packer = join(directory, 'pack.mjs');

/** Bundles the packing program from the sources: older versions of Node cannot run all of their syntax. */
function bundle(): void {
  const esbuild = join(import.meta.dirname, '../node_modules/.bin/esbuild');
  const requiring = "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);";
  const options = ['--bundle', '--platform=node', '--format=esm', '--target=node22', '--conditions=source', '--log-level=error'];
  const script = join(import.meta.dirname, 'releases/pack-process.ts');
  execFileSync(esbuild, [script, ...options, `--banner:js=${requiring}`, `--outfile=${packer}`]);
}

/** How a process packs: its environment beside PATH, its umask, and which program it runs in. */
interface Circumstances {
  readonly env?: Readonly<Record<string, string>>;
  readonly umask?: string;
  readonly node?: string;
  readonly plain?: string;
  readonly packagePath?: string;
}

/** Packs in a process of its own and returns the manifest's digest. */
function pack(from: string, { env = {}, umask = '022', node = process.execPath, plain, packagePath = 'k8s' }: Circumstances = {}): string {
  const args = [packer, from, packagePath, ...(plain === undefined ? [] : [plain])];
  const command = 'umask "$0"; exec "$@"';
  const options = { env: { PATH: process.env['PATH'], TMPDIR: temporary(), ...env }, cwd: directory, encoding: 'utf8' } as const;
  return execFileSync('sh', ['-c', command, umask, node, ...args], options);
}

function cloneInOneFile(target: string): void {
  git(directory, ['clone', '-q', '--no-local', repository, target]);
  git(target, ['gc', '-q', '--aggressive', '--prune=now']);
}

let temporaries = 0;

function temporary(): string {
  const path = join(directory, `tmp-${(temporaries += 1)}`);
  mkdirSync(path);
  return path;
}

describe('one commit is one capsule', () => {
  it('whose digest never changes', () => {
    expect(commit).toBe(goldenCommit);
    expect(pack(repository)).toBe(goldenDigest);
  });

  it.each<readonly [string, Circumstances]>([
    ['in Kathmandu', { env: { TZ: 'Asia/Kathmandu' } }],
    ['in a zone ahead of the date line', { env: { TZ: 'Pacific/Kiritimati' } }],
    ['in Turkish', { env: { LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' } }],
    ['in the locale C', { env: { LANG: 'C', LC_ALL: 'C' } }],
    ['under a narrow umask', { umask: '077' }],
    ['under no umask', { umask: '000' }],
    ['with a git configuration that rewrites everything', { env: { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'core.autocrlf', GIT_CONFIG_VALUE_0: 'true' } }],
    ['with an index and a working tree of somewhere else', { env: { GIT_INDEX_FILE: '/nonexistent/index', GIT_WORK_TREE: '/nonexistent', GIT_DIR: '/nonexistent/.git' } }],
  ])('%s', (_where, circumstances) => {
    expect(pack(repository, circumstances)).toBe(goldenDigest);
  });

  it.each<readonly [string, (target: string) => void]>([
    ['a clone', (target) => git(directory, ['clone', '-q', repository, target])],
    ['a bare clone', (target) => git(directory, ['clone', '-q', '--bare', repository, target])],
    ['a clone packed into one file', cloneInOneFile],
    ['a shallow clone', (target) => git(directory, ['clone', '-q', '--depth=1', pathToFileURL(repository).href, target])],
    ['a linked worktree', (target) => git(repository, ['worktree', 'add', '-q', '--detach', target, 'main'])],
    ['a directory below the root of a clone', (target) => git(directory, ['clone', '-q', repository, target])],
  ])('from %s', (what, make) => {
    const target = join(directory, `copy-${what.replaceAll(' ', '-')}`);
    make(target);

    expect(pack(what.startsWith('a directory') ? join(target, 'k8s') : target)).toBe(goldenDigest);
  });

  it('however dirty working tree and index are', () => {
    const clone = join(directory, 'dirty');
    git(directory, ['clone', '-q', repository, clone]);
    writeFiles(clone, { 'k8s/base/deployment.yaml': 'kind: Evil\n', 'k8s/base/untracked.yaml': 'kind: Evil\n', 'k8s/staged.yaml': 'kind: Evil\n' });
    rmSync(join(clone, 'k8s/hooks/wait.sh'));
    git(clone, ['add', 'k8s/staged.yaml', 'k8s/base/deployment.yaml']);
    git(clone, ['update-index', '--chmod=+x', 'k8s/base/a.yaml']);
    writeFileSync(join(clone, '.gitattributes'), '* export-ignore filter=evil\n');
    writeFileSync(join(clone, '.git/info/attributes'), '* text eol=crlf ident\n');
    git(clone, ['config', 'filter.evil.smudge', 'echo evil']);

    expect(pack(clone)).toBe(goldenDigest);
  });

  it('whatever replace objects and grafts say', () => {
    const clone = join(directory, 'replaced');
    git(directory, ['clone', '-q', repository, clone]);
    const evil = git(clone, ['hash-object', '-w', '--stdin'], 'kind: Evil\n').toString().trim();
    const good = git(clone, ['rev-parse', 'HEAD:k8s/base/deployment.yaml']).toString().trim();
    git(clone, ['replace', good, evil]);
    expect(git(clone, ['cat-file', 'blob', good]).toString()).toBe('kind: Evil\n');

    expect(pack(clone)).toBe(goldenDigest);
  });

  const nodes = ['node22', 'node26'].map((name) => [name, join(import.meta.dirname, '../.tools/bin', name)] as const);
  // What is not installed is skipped, and seen to be; the interop suite of CI installs them.
  for (const [name, path] of nodes) {
    it.skipIf(!existsSync(path))(`under ${name}`, () => {
      expect(pack(repository, { node: path })).toBe(goldenDigest);
    });
  }
});

describe('one directory is one capsule', () => {
  const below = Object.entries(files).filter(([path]) => path.startsWith('k8s/'));
  const make = (name: string, entries: typeof below, umask: number): string => {
    const target = join(directory, name);
    const before = process.umask(umask);
    try {
      writeFiles(target, Object.fromEntries(entries));
    } finally {
      process.umask(before);
    }
    return target;
  };

  it('in any order of creation, under any umask, in any zone and locale', () => {
    const forwards = make('forwards', below, 0o022);
    const backwards = make('backwards', below.toReversed(), 0o077);
    expect(statSync(join(backwards, 'k8s/base/Z.yaml')).mode & 0o777).toBe(0o600);
    const plain = goldenCommit;

    expect(pack(forwards, { plain })).toBe(goldenPlainDigest);
    expect(pack(backwards, { plain, umask: '077', env: { TZ: 'Asia/Kathmandu', LANG: 'tr_TR.UTF-8' } })).toBe(goldenPlainDigest);
  });
});

it('the commit was made with nothing of this machine in it', () => {
  expect(gitEnv['GIT_CONFIG_GLOBAL']).toBe('/dev/null');
  expect(git(repository, ['cat-file', 'commit', 'main']).toString()).toContain('A <a@example.com> 1772600767 +0545');
});
