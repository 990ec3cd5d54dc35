import { readdirSync, readFileSync, realpathSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path/posix';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { directorySource } from './directory-source.ts';
import { gitSource } from './git-source.ts';
import type { SourcePackage, SourceSelection } from './source.ts';
import { type Fixture, gitFixture, readAll, selecting, temporaryDirectory, testEnv, writeFiles } from './testing/git-fixture.ts';
import { proveSource } from './testing/prove-source.ts';

type Fixtures = Readonly<Record<string, Fixture>>;

const following = (changed: Partial<SourceSelection> = {}): SourceSelection => selecting({ path: 'k8s', dereference: true, ...changed });
const fromGit = (directory: string, selection: SourceSelection): Promise<SourcePackage> =>
  gitSource({ directory, revision: 'HEAD', env: testEnv }).open(selection);
const fromDirectory = (directory: string, selection: SourceSelection): Promise<SourcePackage> =>
  directorySource({ directory, commit: 'a'.repeat(40), committedAt: 1 }).open(selection);

const base: Fixtures = {
  'k8s/base-v2/c.yaml': 'c', 'k8s/base-v2/kustomization.yaml': 'resources: [c.yaml]', 'k8s/base-v2/deep/run.sh': { script: 'run' },
};

describe('a link to a directory', () => {
  it('is packed as the files of the directory, under the link\'s name, and proven', async () => {
    using repository = gitFixture();
    repository.commit({ ...base, 'k8s/base': { link: 'base-v2' }, 'k8s/kustomization.yaml': 'resources: [base]' });
    const opened = await fromGit(repository.directory, following());
    expect(Object.keys(await readAll(opened))).toEqual([
      'base-v2/c.yaml', 'base-v2/deep/run.sh', 'base-v2/kustomization.yaml',
      'base/c.yaml', 'base/deep/run.sh', 'base/kustomization.yaml', 'kustomization.yaml',
    ]);
    expect(opened.files.find(({ path }) => path === 'base/deep/run.sh')?.executable).toBe(true);
    expect(opened.dereferenced).toEqual([{ path: 'base', target: 'base-v2' }]);
    expect(await proveSource(opened, following())).toMatchObject({ state: 'partial', evidence: { dereferenced: 1, files: 7 } });
  });

  it.each<[string, Fixtures, Partial<SourceSelection>, readonly string[], Readonly<Record<string, string>>]>([
    ['with a slash at the end', { 'k8s/base': { link: './base-v2/' } }, { exclude: ['base-v2/**'] },
      ['base/c.yaml', 'base/deep/run.sh', 'base/kustomization.yaml'], { base: './base-v2/' }],
    ['through a link to a directory', { 'k8s/base': { link: 'latest' }, 'k8s/latest': { link: 'base-v2' } },
      { include: ['base/*'] }, ['base/c.yaml', 'base/kustomization.yaml'], { base: 'latest', latest: 'base-v2' }],
    ['through a link on the way', { 'k8s/x/l': { link: '../latest/deep' }, 'k8s/latest': { link: 'base-v2' } },
      { include: ['x/**'] }, ['x/l/run.sh'], { latest: 'base-v2', 'x/l': '../latest/deep' }],
    ['with links of its own', { 'k8s/base': { link: 'base-v2' }, 'k8s/base-v2/up': { link: '../more' }, 'k8s/more/m': 'm',
      'k8s/more/c': { link: '../base-v2/c.yaml' } }, { include: ['base/up/**'] },
      ['base/up/c', 'base/up/m'], { base: 'base-v2', 'base-v2/up': '../more', 'more/c': '../base-v2/c.yaml' }],
    ['met twice', { 'k8s/one': { link: 'base-v2' }, 'k8s/two': { link: 'base-v2/deep' } }, { exclude: ['**/*.yaml'] },
      ['base-v2/deep/run.sh', 'one/deep/run.sh', 'two/run.sh'], { one: 'base-v2', two: 'base-v2/deep' }],
    ['of which the patterns take one file', { 'k8s/base': { link: 'base-v2' }, 'k8s/l': { link: 'base-v2/c.yaml' } },
      { include: ['**/c.yaml'], exclude: ['base-v2/**'] }, ['base/c.yaml'], { base: 'base-v2' }],
    ['that an exclude pattern covers', { 'k8s/base': { link: 'base-v2' } }, { exclude: ['base/**', 'base-v2/deep/**'] },
      ['base-v2/c.yaml', 'base-v2/kustomization.yaml'], { base: 'base-v2' }],
    ['that an exclude pattern names', { 'k8s/base': { link: 'base-v2' } }, { exclude: ['base', 'base-v2/deep/**'] },
      ['base-v2/c.yaml', 'base-v2/kustomization.yaml'], {}],
    ['back to its parent, left out', { 'k8s/base-v2/up': { link: '..' } }, { exclude: ['base-v2/up/**', '**/*.yaml'] },
      ['base-v2/deep/run.sh'], { 'base-v2/up': '..' }],
  ])('%s', async (_, links, changed, files, dereferenced) => {
    using repository = gitFixture();
    repository.commit({ ...base, ...links });
    const selection = following(changed);
    const opened = await fromGit(repository.directory, selection);
    expect(opened.files.map(({ path }) => path)).toEqual(files);
    expect(Object.fromEntries(opened.dereferenced.map(({ path, target }) => [path, target]))).toEqual(dereferenced);
    expect((await proveSource(opened, selection)).state).toBe('partial');
    const plain = await fromDirectory(repository.directory, selection);
    expect([await readAll(plain), plain.dereferenced]).toEqual([await readAll(opened), opened.dereferenced]);
  });

  it.each<[string, Fixtures, string]>([
    ['to its own directory', { 'k8s/d/l': { link: '.' } }, '"d/l": its target "d" is a directory that leads back'],
    ['to its parent', { 'k8s/d/l': { link: '..' } }, '"d/l": its target "." is a directory that leads back'],
    ['to an ancestor by name', { 'k8s/d/e/l': { link: '../../d' } }, '"d/e/l": its target "d" is a directory that leads back'],
    ['to one that leads back', { 'k8s/d/l': { link: '../e' }, 'k8s/e/m': { link: '../d' } }, '"d/l/m": its target "d" is a directory'],
    ['to one below, that leads back', { 'k8s/d/l': { link: '../e/f' }, 'k8s/e/f/m': { link: '..' } }, '"d/l/m": its target "e"'],
    ['out of the package', { 'k8s/l': { link: '../other' }, 'other/x': 'x' }, 'not a path inside the package'],
    ['out of the package and back', { 'k8s/l': { link: '../k8s/base-v2' } }, 'not a path inside the package'],
    ['that is absolute', { 'k8s/l': { link: '/etc' } }, 'not a path inside the package'],
    ['out of the package by a second link', { 'k8s/l': { link: 'm/x' }, 'k8s/m': { link: '../other' }, 'other/x': 'x' },
      'its target "../other" is not a path inside the package'],
    ['that is a loop', { 'k8s/l': { link: 'm' }, 'k8s/m': { link: 'l' } }, 'or a loop'],
    ['that is a loop in a path', { 'k8s/l': { link: 'l/x' } }, 'or a loop'],
  ])('is refused where it is one %s', async (_, links, why) => {
    using repository = gitFixture();
    repository.commit({ ...base, ...links });
    const refused = { code: 'LINK_UNRESOLVED', message: expect.stringContaining(why) };
    await expect(fromGit(repository.directory, following())).rejects.toMatchObject(refused);
    await expect(fromDirectory(repository.directory, following())).rejects.toMatchObject(refused);
  });

  it('is refused where it leads into a submodule', async () => {
    using repository = gitFixture();
    repository.commit({ ...base, 'k8s/l': { link: 'module' } });
    repository.git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},k8s/module`);
    repository.git('commit', '-q', '-m', 'm');
    await expect(fromGit(repository.directory, following({ exclude: ['module'] }))).rejects.toMatchObject({
      code: 'LINK_UNRESOLVED', message: expect.stringContaining('"module" is a submodule'),
    });
  });

  it('is refused where it multiplies: a few links that stand for millions of files', async () => {
    using directory = temporaryDirectory();
    writeFiles(directory.path, { 'k8s/d0/f': 'f' });
    for (let level = 1; level < 30; level += 1) {
      writeFiles(directory.path, { [`k8s/d${level}/f`]: 'f' });
      for (const name of ['a', 'b']) symlinkSync(`../d${level - 1}`, join(directory.path, `k8s/d${level}`, name));
    }
    await expect(fromDirectory(directory.path, following())).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });

  it('is refused where there are more than a record can list', async () => {
    using directory = temporaryDirectory();
    const links = Object.fromEntries(Array.from({ length: 257 }, (_, index) => [`k8s/l${index}`, { link: 'd' }]));
    writeFiles(directory.path, { 'k8s/d/f': 'f', ...links });
    await expect(fromDirectory(directory.path, following())).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    expect((await fromDirectory(directory.path, following({ exclude: ['l0'] }))).dereferenced).toHaveLength(256);
  });

  it('does not let a git directory in', async () => {
    using directory = temporaryDirectory();
    writeFiles(directory.path, { 'k8s/a': 'a', 'k8s/.git/HEAD': 'x', 'k8s/l': { link: '.git' } });
    await expect(fromDirectory(directory.path, following({ exclude: ['.git/**'] }))).rejects.toMatchObject({
      code: 'ENTRY_UNSUPPORTED', message: expect.stringContaining('git directory'),
    });
  });
});

const names = fc.constantFrom('a', 'b', 'c', 'd.yaml');
const paths = fc.array(names, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
const plainFiles = fc.dictionary(paths, fc.string({ maxLength: 3 }), { minKeys: 2, maxKeys: 6, noNullPrototype: true })
  .filter((all) => !Object.keys(all).some((path) => Object.keys(all).some((other) => other.startsWith(`${path}/`))));
const odd = fc.constantFrom('..', '.', './', '../', '../..', 'absent', 'l2', 'a/l2', '/etc');

/** Files, and links in their directories to what is there: to files, directories and, through them, other links. */
const links = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.boolean(), odd), { minLength: 1, maxLength: 4 });
const packages: fc.Arbitrary<Fixtures> = fc.tuple(plainFiles, links)
  .map(([files, drawn]) => {
    const all: Record<string, Fixture> = { ...files };
    for (const [where, what, which, slash, text] of drawn) {
      const there = Object.keys(all);
      const targets = [...new Set(there.flatMap((path) => [path, ...above(path)]))];
      const target = targets[what % targets.length] ?? '';
      const directory = dirname(there[where % there.length] ?? '');
      const up = relative(directory, target) || '.';
      all[join(directory, `l${there.length}`)] = { link: which % 12 === 0 ? text : `${up}${slash && !(target in all) ? '/' : ''}` };
    }
    return all;
  });

function above(path: string): readonly string[] {
  const directories = path.split('/').slice(0, -1);
  return directories.map((_, index) => directories.slice(0, index + 1).join('/'));
}

describe('links of any shape', () => {
  it('are packed as the file system follows them, or refused where it finds no end or an outside', async () => {
    await fc.assert(
      fc.asyncProperty(packages, async (files) => {
        using directory = temporaryDirectory();
        writeFiles(directory.path, prefixed(files));
        const wanted = followed(join(directory.path, 'k8s'));
        const opened = await fromDirectory(directory.path, following()).catch((error: unknown) => error);
        if (wanted === undefined) expect(opened).toMatchObject({ code: 'LINK_UNRESOLVED' });
        else expect(await readAll(opened as SourcePackage)).toEqual(wanted);
      }),
      { numRuns: 250 },
    );
  }, 120_000);

  it('are selected by patterns as if each directory were there in place of its link, and proven', async () => {
    const include = fc.array(fc.constantFrom('**/*.yaml', 'a/**', '**/b/**', '*/*', 'l*/**', '**/l*/**', '**/c/*', '**'), { maxLength: 2 });
    const exclude = fc.array(fc.constantFrom('b/**', '**/c/**', 'a/*/b/**', 'l2/**', '**/l3/*/**'), { maxLength: 1 });
    await fc.assert(
      fc.asyncProperty(packages, include, exclude, async (files, included, excluded) => {
        using repository = gitFixture();
        repository.commit(prefixed(files));
        const wanted = followed(join(repository.directory, 'k8s'));
        fc.pre(wanted !== undefined);
        const selection = following({ include: included, exclude: excluded });
        const opened = await fromGit(repository.directory, selection).catch(emptyIfNothing);
        using copied = temporaryDirectory();
        writeFiles(copied.path, prefixed(wanted ?? {}));
        const plain = await fromDirectory(copied.path, { ...selection, dereference: false }).catch(emptyIfNothing);
        expect(opened && (await readAll(opened))).toEqual(plain && (await readAll(plain)));
        if (opened !== undefined) expect((await proveSource(opened, selection)).state).not.toBe('refuted');
      }),
      { numRuns: 20 },
    );
  }, 240_000);
});

function prefixed(files: Fixtures): Fixtures {
  return Object.fromEntries(Object.entries(files).map(([path, fixture]) => [`k8s/${path}`, fixture]));
}

/** What a program that follows links finds below a directory; undefined where one leads nowhere, outside, or in a circle. */
function followed(root: string): Record<string, string> | undefined {
  const real = realpathSync(root);
  const found: Record<string, string> = {};
  const walk = (directory: string, prefix: string, passed: readonly string[]): boolean =>
    readdirSync(directory).every((name) => {
      const at = realOf(join(directory, name));
      if (at === undefined || !(at === real || at.startsWith(`${real}/`)) || passed.includes(at)) return false;
      if (statSync(at).isDirectory()) return walk(at, `${prefix}${name}/`, [...passed, at]);
      found[`${prefix}${name}`] = readFileSync(at, 'utf8');
      return true;
    });
  return walk(real, '', [real]) ? found : undefined;
}

function realOf(path: string): string | undefined {
  try {
    statSync(path);
    return realpathSync.native(path);
  } catch {
    return undefined;
  }
}

function emptyIfNothing(error: unknown): undefined {
  expect(error).toMatchObject({ code: 'PACKAGE_EMPTY' });
}
