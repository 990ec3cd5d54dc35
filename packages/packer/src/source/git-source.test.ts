import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gitSource } from './git-source.ts';
import {
  gitFixture, readAll, runTestGit, selecting, temporaryDirectory, testEnv, writeFiles,
} from './testing/git-fixture.ts';
import { proveSource } from './testing/prove-source.ts';

const open = (directory: string, selection = selecting(),
  revision = 'HEAD'): ReturnType<ReturnType<typeof gitSource>['open']> =>
  gitSource({ directory, revision, env: testEnv }).open(selection);

describe('gitSource', () => {
  it('takes a directory at a commit, with its bytes, modes, time and tree', async () => {
    using repository = gitFixture();
    const commit = repository.commit({ 'top.txt': 'top', 'k8s/b.sh': { script: '#!' }, 'k8s/a/z.yaml': 'z',
      'k8s/a.yaml': 'a' });
    const opened = await open(repository.directory, selecting({ path: 'k8s' }));
    expect(opened).toMatchObject({ commit, committedAt: 1_700_000_000, tree: repository.git('rev-parse', 'HEAD:k8s') });
    expect(opened.files.map(({ path, size, executable }) => [path, size, executable])).toEqual([
      ['a.yaml', 1, false], ['a/z.yaml', 1, false], ['b.sh', 2, true],
    ]);
    expect(opened.files[0]?.blob).toBe(repository.git('rev-parse', 'HEAD:k8s/a.yaml'));
    expect(await readAll(opened)).toEqual({ 'a.yaml': 'a', 'a/z.yaml': 'z', 'b.sh': '#!' });
  });

  it.each(['sha1', 'sha256'])('proves itself complete, and partial with patterns (%s)', async (format) => {
    using repository = gitFixture([`--object-format=${format}`]);
    repository.commit({ 'k8s/base/a.yaml': 'a', 'k8s/tests/t.yaml': 't', 'k8s/x/y/z.yaml': 'z', 'README.md': 'r' });
    const whole = selecting({ path: 'k8s' });
    expect((await proveSource(await open(repository.directory, whole), whole)).state).toBe('complete');
    const some = selecting({ path: 'k8s', include: ['base/**', 'x/**'], exclude: ['**/z.*'] });
    const opened = await open(repository.directory, some);
    expect(Object.keys(await readAll(opened))).toEqual(['base/a.yaml']);
    expect(await proveSource(opened, some)).toMatchObject({ state: 'partial',
      evidence: { leftOutFiles: 1, leftOutDirectories: 1 } });
  });

  it('never sees the working tree or the index', async () => {
    using repository = gitFixture();
    repository.commit({ 'a.yaml': 'committed' });
    writeFiles(repository.directory, { 'a.yaml': 'staged', 'new.yaml': 'new' });
    repository.git('add', '-A');
    writeFileSync(join(repository.directory, 'a.yaml'), 'dirty');
    expect(await readAll(await open(repository.directory))).toEqual({ 'a.yaml': 'committed' });
  });

  it('reads the lock file from the commit, and leaves the proof as it is', async () => {
    using repository = gitFixture();
    repository.commit({ 'k8s/a.yaml': 'a', 'b/capsule.lock.yaml': 'committed' });
    writeFiles(repository.directory, { 'b/capsule.lock.yaml': 'dirty' });
    const lockAt = (path: string): ReturnType<typeof open> =>
      open(repository.directory, { ...selecting({ path: 'k8s' }), lock: { path, maxBytes: 10 } });
    const opened = await lockAt('b/capsule.lock.yaml');
    expect(Buffer.from(opened.lock ?? []).toString()).toBe('committed');
    expect(opened.proof).toEqual((await open(repository.directory, selecting({ path: 'k8s' }))).proof);
    expect((await lockAt('capsule.lock.yaml')).lock).toBeUndefined();
    expect((await lockAt('k8s/a.yaml/capsule.lock.yaml')).lock).toBeUndefined();
    await expect(lockAt('b')).rejects.toMatchObject({ code: 'ENTRY_UNSUPPORTED' });
  });

  it('refuses a lock file that is a link, or too large', async () => {
    using repository = gitFixture();
    repository.commit({ 'a.yaml': 'a', link: { link: 'a.yaml' }, large: 'x'.repeat(11) });
    const lockAt = (path: string): ReturnType<typeof open> =>
      open(repository.directory, { ...selecting({ exclude: ['link'] }), lock: { path, maxBytes: 10 } });
    await expect(lockAt('link')).rejects.toMatchObject({ code: 'ENTRY_UNSUPPORTED' });
    await expect(lockAt('large')).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
  });

  it('packs an earlier revision, a branch and a tag', async () => {
    using repository = gitFixture();
    const first = repository.commit({ 'a.yaml': '1' });
    repository.git('tag', '-a', '-m', 't', 'v1');
    repository.commit({ 'a.yaml': '2' });
    for (const revision of ['HEAD~1', 'v1', first, first.slice(0, 12), 'refs/tags/v1']) {
      const opened = await open(repository.directory, selecting(), revision);
      expect([opened.commit, await readAll(opened)]).toEqual([first, { 'a.yaml': '1' }]);
    }
    expect((await open(repository.directory, selecting(), 'main')).commit).not.toBe(first);
  });

  it('works from a directory below, a linked worktree, a bare repository and a shallow clone', async () => {
    using repository = gitFixture();
    using other = temporaryDirectory();
    repository.commit({ 'k8s/a.yaml': '0' });
    const commit = repository.commit({ 'k8s/a.yaml': '1' });
    const at = (name: string): string => join(other.path, name);
    repository.git('worktree', 'add', '-q', at('worktree'), 'HEAD');
    runTestGit(other.path, ['clone', '-q', '--bare', repository.directory, at('bare.git')]);
    runTestGit(other.path, ['clone', '-q', '--depth=1', pathToFileURL(repository.directory).href, at('shallow')]);
    for (const directory of [join(repository.directory, 'k8s'), at('worktree'), at('bare.git'), at('shallow')]) {
      const opened = await open(directory, selecting({ path: 'k8s' }));
      expect([opened.commit, await readAll(opened)]).toEqual([commit, { 'a.yaml': '1' }]);
    }
  });

  it('reads packed objects, empty files and files of many chunks', async () => {
    using repository = gitFixture();
    const large = Array.from({ length: 60_000 }, (_, index) => `line ${index}\n`).join('');
    repository.commit({ 'large.txt': large, 'empty.txt': '' });
    repository.git('gc', '-q');
    expect(await readAll(await open(repository.directory))).toEqual({ 'large.txt': large, 'empty.txt': '' });
  });

  it('reads several files at once, a file twice, and the rest after one was given up', async () => {
    using repository = gitFixture();
    const large = 'x'.repeat(500_000);
    repository.commit({ a: large, b: `${large}b`, c: 'c' });
    const opened = await open(repository.directory);
    for await (const chunk of opened.files[0]?.content() ?? []) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    expect(await Promise.all([readAll(opened), readAll(opened)])).toEqual(
      [{ a: large, b: `${large}b`, c: 'c' }, { a: large, b: `${large}b`, c: 'c' }],
    );
  });

  it('tells where the repository was cloned from by its own configuration only', async () => {
    using repository = gitFixture();
    repository.commit({ a: 'a' });
    expect((await open(repository.directory)).repoURL).toBeUndefined();
    repository.git('remote', 'add', 'origin', 'git@example.com:team/app.git');
    repository.git('config', 'url.https://evil.example/.insteadOf', 'git@example.com:');
    expect((await open(repository.directory)).repoURL).toBe('git@example.com:team/app.git');
  });

  describe('dereferences', () => {
    it('links to files of the package, chains included, and proves them', async () => {
      using repository = gitFixture();
      repository.commit({
        'k8s/base/real.sh': { script: 'real' }, 'k8s/one': { link: 'base/real.sh' }, 'k8s/deep/two': { link: '../one' },
        'k8s/deep/three': { link: './../excluded/plain' }, 'k8s/excluded/plain': 'plain',
      });
      const selection = selecting({ path: 'k8s', dereference: true, exclude: ['excluded/**'] });
      const opened = await open(repository.directory, selection);
      expect(await readAll(opened)).toEqual({ 'base/real.sh': 'real', one: 'real', 'deep/two': 'real',
        'deep/three': 'plain' });
      expect(opened.files.find(({ path }) => path === 'deep/two')?.executable).toBe(true);
      expect(opened.dereferenced).toEqual([
        { path: 'deep/three', target: './../excluded/plain' }, { path: 'deep/two', target: '../one' },
        { path: 'one', target: 'base/real.sh' },
      ]);
      expect(await proveSource(opened, selection)).toMatchObject({ state: 'partial', evidence: { dereferenced: 3 } });
    });

    it.each([
      ['/etc/passwd', 'not a path inside'], ['../outside', 'not a path inside'], ['absent', 'not in the commit'],
      ['l', 'or a loop'], ['dir/../a', 'not a path inside'], ['a/', 'not a directory'], ['a/b', 'not in the commit'],
    ])('no link to %s', async (target, why) => {
      using repository = gitFixture();
      repository.commit({
        outside: 'o', 'k8s/a': 'a', 'k8s/dir/d': 'd', 'k8s/l': { link: target },
      });
      const selection = selecting({ path: 'k8s', dereference: true });
      await expect(open(repository.directory, selection)).rejects.toMatchObject({
        code: 'LINK_UNRESOLVED', message: expect.stringMatching(new RegExp(`"l": .*${why}`)),
      });
    });
  });

  describe('refuses', () => {
    it('links, submodules, LFS pointers and large files, all in one message', async () => {
      using repository = gitFixture();
      repository.commit({
        a: 'a', link: { link: 'a' }, large: 'x'.repeat(2_000),
        pointer: 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n',
      });
      repository.git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},module`);
      repository.git('commit', '-q', '-m', 'm');
      const error = await open(repository.directory,
        selecting({ maxFileBytes: 1_000 })).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'ENTRY_UNSUPPORTED' });
      expect(error).toMatchObject({ hint: expect.stringMatching(/with --dereference.*Vendor a submodule's files/) });
      for (const text of ['"link": it is a symbolic', '"module": it is a submodule', '"large": it has 2000',
        '"pointer": it is a Git LFS']) {
        expect(String(error)).toContain(text);
      }
      const fine = selecting({ maxFileBytes: 1_000, exclude: ['link', 'module', 'large', 'pointer'] });
      expect(await readAll(await open(repository.directory, fine))).toEqual({ a: 'a' });
    });

    it('a submodule with what can be done about it', async () => {
      using repository = gitFixture();
      repository.commit({ a: 'a' });
      repository.git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},module`);
      repository.git('commit', '-q', '-m', 'm');
      const error = await open(repository.directory, selecting({ dereference: true })).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'ENTRY_UNSUPPORTED', hint: expect.stringContaining('commit them in its place') });
      expect(error).not.toMatchObject({ hint: expect.stringContaining('--dereference') });
    });

    it.each([
      ['an LFS pointer', { p: 'version https://git-lfs.github.com/spec/v1\n' }, 'LFS_POINTER'],
      ['a large file', { p: 'x'.repeat(1_000_001) }, 'FILE_TOO_LARGE'],
      ['a name with a control character', { 'a\u0001b': '' }, 'PATH_INVALID'],
      ['a name that is not NFC', { 'e\u0301': '' }, 'PATH_INVALID'],
      ['a name with a backslash', { 'a\\b': '' }, 'PATH_INVALID'],
      ['a name like an option', { '-rf': '' }, 'PATH_INVALID'],
    ])('%s', async (_, files, code) => {
      using repository = gitFixture();
      repository.commit(files);
      await expect(open(repository.directory)).rejects.toMatchObject({ code });
    });

    it('a name that is not UTF-8, unless it is excluded', async () => {
      using repository = gitFixture();
      repository.commit({ good: 'x' });
      const id = repository.git('rev-parse', 'HEAD:good');
      const raw = Buffer.concat([Buffer.from(`100644 good\0`), Buffer.from(id, 'hex'), Buffer.from('100644 '),
        Buffer.from([0xff, 0]), Buffer.from(id, 'hex')]);
      writeFileSync(join(repository.directory, 'tree'), raw);
      const tree = repository.git('hash-object', '-w', '-t', 'tree', 'tree');
      const commit = repository.git('commit-tree', '-m', 'm', tree);
      await expect(open(repository.directory, selecting(), commit)).rejects.toMatchObject({
        code: 'PATH_INVALID', message: expect.stringContaining('not valid UTF-8'),
      });
      const selection = selecting({ exclude: ['?'] });
      const opened = await open(repository.directory, selection, commit);
      expect(await readAll(opened)).toEqual({ good: 'x' });
      expect((await proveSource(opened, selection)).state).toBe('partial');
    });

    it('all of many problems, each a line', async () => {
      using repository = gitFixture();
      repository.commit(Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`l${index}`, { link: 'x' }])));
      const refused: unknown = await open(repository.directory).catch((error: unknown) => error);
      expect(refused).toMatchObject({ findings: { length: 25 }, lines: { length: 26 } });
      expect(refused).toMatchObject({ lines: expect.arrayContaining(['  "l24": it is a symbolic link']) });
    });

    it('a tree that git fsck refuses', async () => {
      using repository = gitFixture();
      repository.commit({ a: 'a' });
      const id = Buffer.from(repository.git('rev-parse', 'HEAD:a'), 'hex');
      writeFileSync(join(repository.directory, 'tree'), Buffer.concat([Buffer.from('100644 .GIT\0'), id]));
      const tree = repository.git('hash-object', '-w', '-t', 'tree', '--literally', 'tree');
      const commit = repository.git('commit-tree', '-m', 'm', tree);
      await expect(open(repository.directory, selecting(),
        commit)).rejects.toMatchObject({ code: 'GIT_OBJECT_INVALID' });
    });

    it.each([
      ['absent', 'PACKAGE_PATH_UNKNOWN'], ['a.yaml', 'PACKAGE_PATH_UNKNOWN'], ['a.yaml/b', 'PACKAGE_PATH_UNKNOWN'],
      ['../x', 'PATH_INVALID'], ['/k8s', 'PATH_INVALID'], ['', 'PATH_INVALID'], ['k8s/', 'PATH_INVALID'],
    ])('the package path %j', async (path, code) => {
      using repository = gitFixture();
      repository.commit({ 'a.yaml': 'a', 'k8s/b': 'b' });
      await expect(open(repository.directory, selecting({ path }))).rejects.toMatchObject({ code });
    });

    it('a directory of which the patterns leave nothing, and an empty commit', async () => {
      using repository = gitFixture();
      repository.commit({});
      await expect(open(repository.directory)).rejects.toMatchObject({ code: 'PACKAGE_EMPTY' });
      repository.commit({ a: 'a' });
      const nothing = selecting({ include: ['b/**'] });
      await expect(open(repository.directory, nothing)).rejects.toMatchObject({
        code: 'PACKAGE_EMPTY', message: expect.stringContaining('b/**'),
      });
      await expect(open(repository.directory,
        selecting({ include: ['{a}'] }))).rejects.toMatchObject({ code: 'PATTERN_INVALID' });
    });

    it.each([
      ['absent', 'COMMIT_UNKNOWN'], ['HEAD:a', 'COMMIT_UNKNOWN'], ['HEAD~9', 'COMMIT_UNKNOWN'],
      ['^HEAD', 'COMMIT_UNKNOWN'],
      ['HEAD..HEAD', 'COMMIT_UNKNOWN'], ['--all', 'COMMIT_UNKNOWN'], ['--git-dir', 'COMMIT_UNKNOWN'],
      ['-h', 'COMMIT_UNKNOWN'],
      ['0'.repeat(40), 'COMMIT_UNKNOWN'], ['', 'OPTION_INVALID'], ['HEAD\n', 'OPTION_INVALID'],
      ['a\0b', 'OPTION_INVALID'],
    ])('the revision %j', async (revision, code) => {
      using repository = gitFixture();
      repository.commit({ a: 'a' });
      await expect(open(repository.directory, selecting(), revision)).rejects.toMatchObject({ code });
    });

    it('a repository without a commit, and says that the package is to be committed', async () => {
      using repository = gitFixture();
      await expect(open(repository.directory)).rejects.toMatchObject({
        code: 'COMMIT_UNKNOWN', message: 'the branch that is checked out has no commit yet', hint: expect.stringContaining('git commit'),
      });
      await expect(open(repository.directory, selecting(), 'main')).rejects.toMatchObject({
        code: 'COMMIT_UNKNOWN', hint: expect.stringContaining('shallow clone'),
      });
    });

    it('a directory that is in no repository, or none at all, and a machine without git', async () => {
      using directory = temporaryDirectory();
      await expect(open(directory.path)).rejects.toMatchObject({ code: 'GIT_REPOSITORY_UNKNOWN' });
      await expect(open(join(directory.path, 'absent'))).rejects.toMatchObject({ code: 'GIT_REPOSITORY_UNKNOWN' });
      writeFileSync(join(directory.path, '.git'), 'gitdir: nowhere\n');
      await expect(open(directory.path)).rejects.toMatchObject({ code: 'GIT_UNAVAILABLE' });
      using repository = gitFixture();
      repository.commit({ a: 'a' });
      const source = gitSource({ directory: repository.directory, revision: 'HEAD', env: { PATH: directory.path } });
      await expect(source.open(selecting())).rejects.toMatchObject({ code: 'GIT_UNAVAILABLE',
        hint: expect.stringContaining('Install git') });
    });

    it('to go on once it is aborted', async () => {
      using repository = gitFixture();
      repository.commit({ a: 'x'.repeat(500_000) });
      const source = gitSource({ directory: repository.directory, revision: 'HEAD', env: testEnv });
      await expect(source.open(selecting(), AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');
      const opened = await source.open(selecting());
      const controller = new AbortController();
      const reading = async (): Promise<void> => {
        for await (const chunk of opened.files[0]?.content(controller.signal) ?? []) {
          if (chunk.length > 0) controller.abort(new Error('stop'));
        }
      };
      await expect(reading()).rejects.toThrow('stop');
    });
  });

  it('packs and proves whatever git can commit', async () => {
    const segment = fc.stringMatching(/^[a-zé][a-z0-9. é-]{0,5}[a-z0-9]$/);
    const files = fc.dictionary(
      fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => `k8s/${parts.join('/')}`),
      fc.oneof(fc.string(), fc.record({ script: fc.string() })),
      { minKeys: 1, maxKeys: 6, noNullPrototype: true },
    ).filter((all) => Object.keys(all).every((path) => !Object.keys(all).some((other) => other.startsWith(`${path}/`))))
      .filter((all) => Object.keys(all).every((path) => path.normalize('NFC') === path && !path.includes('..')));
    await fc.assert(
      fc.asyncProperty(files, async (fixtures) => {
        using repository = gitFixture();
        repository.commit(fixtures);
        const selection = selecting({ path: 'k8s' });
        const opened = await open(repository.directory, selection);
        const paths = Object.keys(await readAll(opened)).map((path) => `k8s/${path}`);
        expect(paths.sort()).toEqual(Object.keys(fixtures).sort());
        expect((await proveSource(opened, selection)).state).toBe('complete');
      }),
      { numRuns: 25 },
    );
  }, 120_000);
});
