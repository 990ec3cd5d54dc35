import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import fc from 'fast-check';
import { MemoryStore } from '@release-capsule/oci';
import { directorySource, gitSource, packCapsule, type PackOptions, type Source, tagCapsule } from '@release-capsule/packer';
import { unpackCapsule } from '@release-capsule/verifier';
import { beforeAll, describe, expect, it } from 'vitest';
import { pathSets } from './releases/entry-paths.ts';
import { chart, noise } from './releases/packages.ts';
import { type CommitContent, commitFiles, committedAt, type FileContent, type Files, git, gitEnv, initRepository, writeFiles } from './releases/git-repository.ts';
import { appRepository, capsuleRepository, freightOf, packOptions, policyFor, type Release, releaseFrom, smallKustomization, verify } from './releases/release.ts';
import { newKey, now, sign, type TestKey } from './releases/signing.ts';
import { temporaryDirectory } from './releases/temporary-directory.ts';

const directory = temporaryDirectory();
let key: TestKey;
let count = 0;

beforeAll(async () => {
  key = await newKey();
});

/** A file below a package: its mode as git has it, and its bytes. */
type Tree = Readonly<Record<string, readonly [mode: '100644' | '100755', sha256: string]>>;

/** Commits files, and returns where. */
function commit(files: Readonly<Record<string, CommitContent>>): string {
  const repository = join(directory, `repository-${(count += 1)}`);
  initRepository(repository);
  commitFiles(repository, files);
  return repository;
}

/** Packs, signs, verifies and unpacks a directory of a repository; returns the tree of the package. */
async function roundTrip(repository: string, packagePath: string, packing: Partial<PackOptions> = {}): Promise<Tree> {
  const store = new MemoryStore();
  return unpacked(store, await releaseFrom(store, repository, { key, packagePath, ...packing }), packagePath);
}

async function unpacked(store: MemoryStore, { capsule, image }: Pick<Release, 'capsule' | 'image'>, path: string): Promise<Tree> {
  const { packageKind: _kind, source, ...policy } = policyFor(key);
  const verdict = await verify(store, freightOf(image, capsule), { ...policy, ...(source && { source: { ...source, path } }) });
  expect(verdict.findings.filter(({ state }) => state !== 'proven')).toEqual([]);
  if (!verdict.accepted) throw new Error('it is accepted');
  await using accepted = verdict.capsule;
  const { packageDirectory, directory: target } = await unpackCapsule(accepted, join(directory, `target-${(count += 1)}`));
  expect(readdirSync(target).toSorted((a, b) => (a < b ? -1 : 1))).toEqual(['metadata', 'package', 'release.yaml']);
  const tree = treeOf(packageDirectory);
  expect(digestByHand(tree)).toBe(accepted.record.package.digest);
  return tree;
}

/** What the recipe of docs/format.md computes: a hash of one line a file, as sha256sum prints it. */
function digestByHand(tree: Tree): string {
  const files = Object.entries(tree).toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return `sha256:${hash(Buffer.from(files.map(([path, [, sha256]]) => `${sha256}  ${path}\n`).join('')))}`;
}

function treeOf(root: string): Tree {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((path) => [path, lstatSync(join(root, path))] as const)
    .filter(([, stats]) => !stats.isDirectory());
  expect(files.filter(([, stats]) => !stats.isFile())).toEqual([]);
  return inOrder(files.map(([path, stats]) => [path, [(stats.mode & 0o100) === 0 ? '100644' : '100755', hash(readFileSync(join(root, path)))]]));
}

/** The blobs of a commit below a directory, as `git cat-file` gives them. */
function blobsOf(repository: string, packagePath: string): Tree {
  const args = packagePath === '.' ? [] : ['--', `${packagePath}/`];
  const lines = git(repository, ['ls-tree', '-r', '-z', '--full-tree', 'HEAD', ...args]).toString().split('\0').filter((line) => line !== '');
  return inOrder(
    lines.map((line) => {
      const [, mode, id, path] = /^(100644|100755) blob (\w+)\t(.*)$/s.exec(line) ?? [];
      if (id === undefined || path === undefined) throw new Error(`git lists ${line}`);
      const below = packagePath === '.' ? path : relative(packagePath, path);
      return [below, [mode === '100755' ? '100755' : '100644', hash(git(repository, ['cat-file', 'blob', id]))]];
    }),
  );
}

function inOrder(entries: readonly (readonly [string, Tree[string]])[]): Tree {
  return Object.fromEntries(entries.toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

const configMap = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {image: ${appRepository}}\n`;
const kustomization = { 'kustomization.yaml': smallKustomization };
const attributes = ['* text=auto eol=crlf', '*.yaml ident filter=evil working-tree-encoding=UTF-16', 'secret* export-ignore', '*.txt export-subst', ''].join('\n');

describe('what is unpacked', () => {
  it('is the commit\'s blobs, whatever git\'s attributes ask for', async () => {
    const repository = commit({
      ...kustomization,
      '.gitattributes': attributes,
      'crlf.txt': 'a\r\nb\n$Format:%H$ $Id$\n',
      'ident.yaml': '# $Id: 1234 $\nkind: ConfigMap\n',
      'secret.conf': 'not left out\n',
      'utf16.yaml': Buffer.from('a: b\n', 'utf16le').swap16(),
      'binary.bin': Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
    });
    git(repository, ['config', 'filter.evil.smudge', 'echo evil']);
    git(repository, ['config', 'filter.evil.clean', 'echo evil']);
    git(repository, ['config', 'core.autocrlf', 'true']);

    expect(await roundTrip(repository, '.')).toEqual(blobsOf(repository, '.'));
  });

  it('is the commit\'s blobs for every shape of file', async () => {
    const deep = `${Array.from({ length: 40 }, (_, at) => `d${at}`).join('/')}/deep.yaml`;
    const repository = commit({
      'k8s/kustomization.yaml': smallKustomization,
      'k8s/empty': '',
      'k8s/no-newline': 'x',
      'k8s/run.sh': { script: '#!/bin/sh\n' },
      [`k8s/${deep}`]: 'deep\n',
      [`k8s/${'n'.repeat(255)}`]: 'a long name\n',
      [`k8s/${'é'.repeat(127)}`]: 'long, and not ASCII\n',
      'k8s/ñandú/日本語/📦 box.yaml': 'names\n',
      'k8s/with space/and\'quote"$(x)': 'shell\n',
      'k8s/zeros.bin': Buffer.alloc(900_000),
      'k8s/noise.bin': noise(3_000_000),
      'k8s/.hidden/.gitignore': '*\n',
      'other/file': 'not in the package\n',
    });

    const tree = await roundTrip(repository, 'k8s');

    expect(tree).toEqual(blobsOf(repository, 'k8s'));
    expect(Object.keys(tree)).toHaveLength(12);
  });

  it('is the commit\'s blobs in a SHA-256 repository', async () => {
    const repository = join(directory, 'sha256');
    initRepository(repository, ['--object-format=sha256']);
    commitFiles(repository, { ...kustomization, 'a/run.sh': { script: '#!/bin/sh\n' } });

    expect(await roundTrip(repository, '.')).toEqual(blobsOf(repository, '.'));
  });

  it('is the commit\'s blobs in a repository of an old git, with modes as git checks them out', async () => {
    const repository = commit({ ...kustomization, 'a.yaml': 'a: b\n', 'run.sh': { script: '#!/bin/sh\n' } });
    const old = git(repository, ['cat-file', 'tree', 'HEAD^{tree}']).toString('latin1').replaceAll('100644 ', '100664 ').replaceAll('100755 ', '100775 ');
    const tree = git(repository, ['hash-object', '-w', '-t', 'tree', '--literally', '--stdin'], Buffer.from(old, 'latin1')).toString().trim();
    git(repository, ['update-ref', 'refs/heads/main', git(repository, ['commit-tree', tree, '-m', 'old']).toString().trim()]);

    const unpackedTree = await roundTrip(repository, '.');

    expect(unpackedTree).toEqual(blobsOf(repository, '.'));
    expect(Object.values(unpackedTree).map(([mode]) => mode)).toEqual(['100644', '100644', '100755']);
  });

  it('is a linked directory\'s blobs, under the link\'s name', async () => {
    const base = { 'kustomization.yaml': 'resources: [c.yaml]\n', 'c.yaml': configMap, 'hooks/run.sh': { script: '#!/bin/sh\n' } };
    const repository = commit({
      ...Object.fromEntries(Object.entries(base).map(([path, content]) => [`k8s/base-v2/${path}`, content])),
      'k8s/base': { link: 'base-v2' },
      'k8s/kustomization.yaml': 'resources: [base]\n',
    });

    const tree = await roundTrip(repository, 'k8s', { dereference: true });

    const copied = commit({
      ...Object.fromEntries(['base', 'base-v2'].flatMap((name) => Object.entries(base).map(([path, content]) => [`k8s/${name}/${path}`, content]))),
      'k8s/kustomization.yaml': 'resources: [base]\n',
    });
    expect(tree).toEqual(blobsOf(copied, 'k8s'));
    expect(Object.keys(tree)).toHaveLength(7);
  });

  it('is refused where the record tells of another link than the commit\'s', async () => {
    const files = { 'kustomization.yaml': 'resources: [c.yaml]\n', 'c.yaml': configMap };
    const repository = commit({
      ...Object.fromEntries(['base-v1', 'base-v2'].flatMap((name) => Object.entries(files).map(([path, content]) => [`k8s/${name}/${path}`, content]))),
      'k8s/base': { link: 'base-v2' },
      'k8s/kustomization.yaml': 'resources: [base]\n',
    });
    const honest = gitSource({ directory: repository, revision: 'HEAD', env: gitEnv });
    const lying: Source = {
      open: async (selection, signal) => ({ ...(await honest.open(selection, signal)), dereferenced: [{ path: 'base', target: 'base-v1' }] }),
    };

    const packing = packCapsule(lying, new MemoryStore(), { ...packOptions, packagePath: 'k8s', dereference: true });
    await expect(packing).rejects.toMatchObject({ code: 'SOURCE_PROOF_REFUTED', message: expect.stringContaining('base-v1') });
  });

  it('is the commit\'s blobs for any tree', async () => {
    const contents = fc.oneof(
      fc.uint8Array({ maxLength: 2000 }),
      fc.string().map((text) => ({ script: text })),
    );
    await fc.assert(
      fc.asyncProperty(pathSets, fc.infiniteStream(contents), async (paths, content) => {
        const tree: [string, FileContent][] = paths.map((path) => [`k/package/${path}`, content.next().value]);
        const repository = commit({ ...Object.fromEntries(tree), 'k/kustomization.yaml': smallKustomization });

        expect(await roundTrip(repository, 'k')).toEqual(blobsOf(repository, 'k'));
      }),
      { numRuns: 25 },
    );
  }, 120_000);

  it('is the directory, where there is no Git', async () => {
    const source = join(directory, 'plain');
    const files = { ...kustomization, 'run.sh': { script: '#!/bin/sh\n' }, 'ñ/é.yaml': 'a: b\n', 'large.bin': noise(2_000_000), empty: '' };
    writeFiles(source, files);
    const store = new MemoryStore();
    const origin = directorySource({ directory: source, commit: 'ab'.repeat(20), committedAt });
    const packed = await packCapsule(origin, store, { ...packOptions, packagePath: '.', now, temporaryDirectory: tmpdir() });
    await sign(store, packed.descriptor, key);
    const tag = `git-${'ab'.repeat(20)}`;
    await tagCapsule(store, packed.descriptor, tag);
    const { source: _source, packageKind: _kind, ...policy } = policyFor(key);
    const freight = freightOf({ repoURL: capsuleRepository, tag, digest: packed.descriptor.digest });

    const verdict = await verify(store, freight, policy);

    if (!verdict.accepted) throw new Error('it is accepted');
    await using accepted = verdict.capsule;
    const { packageDirectory } = await unpackCapsule(accepted, join(directory, 'plain-target'));
    expect(treeOf(packageDirectory)).toEqual(treeOf(source));
  });

  it('is a chart with what it vendors, and CRDs of more than a megabyte', async () => {
    const repository = commit(chart());

    const tree = await roundTrip(repository, 'chart', { kind: 'helm' });

    expect(tree).toEqual(blobsOf(repository, 'chart'));
    expect(Object.keys(tree)).toContain('charts/cache/templates/service.yaml');
  });
});

/** A folder with checkouts of podinfo and argo-cd, where there is one: too large to lie in this repository. */
const inputs = process.env['CAPSULE_APPLICATIONS'] ?? 'no applications';

const applications = ['podinfo', 'argo-cd'].map((name) => [name, join(inputs, name)] as const);
const roots = applications.flatMap(([name, root]) => kustomizationRoots(root).map((path) => [name, path] as const));

describe.skipIf(roots.length === 0)('a real application', () => {
  const repositories = new Map<string, string>();
  beforeAll(() => {
    for (const [name, root] of applications) repositories.set(name, commit(readTree(root)));
  });

  it.each(roots)('%s is unpacked from %s as it was committed, or refused for reaching outside', async (name, path) => {
    const repository = repositories.get(name) ?? '';
    if (reachesOutside(join(inputs, name, path))) {
      await expect(roundTrip(repository, path)).rejects.toMatchObject({ code: 'REFERENCE_OUTSIDE' });
    } else expect(await roundTrip(repository, path)).toEqual(blobsOf(repository, path));
  });

  it('argo-cd is unpacked whole, with CRDs of more than a megabyte', async () => {
    const repository = repositories.get('argo-cd') ?? '';

    const tree = await roundTrip(repository, 'manifests');

    expect(tree).toEqual(blobsOf(repository, 'manifests'));
    expect(Object.keys(tree).length).toBeGreaterThan(50);
  });
});

function kustomizationRoots(root: string): readonly string[] {
  if (!existsSync(root)) return [];
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' });
  return paths.filter((path) => path.endsWith('/kustomization.yaml')).map((path) => dirname(path));
}

function reachesOutside(directoryOfRoot: string): boolean {
  return /^\s*-?\s*(?:path: )?\.\.\//m.test(readFileSync(join(directoryOfRoot, 'kustomization.yaml'), 'utf8'));
}

function readTree(root: string): Files {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => lstatSync(join(root, path)).isFile());
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(root, path))]));
}
