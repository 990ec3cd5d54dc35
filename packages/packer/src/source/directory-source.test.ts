import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync,
  writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { directorySource } from './directory-source.ts';
import { gitSource } from './git-source.ts';
import type { SourcePackage, SourceSelection } from './source.ts';
import { type Fixture, gitFixture, readAll, selecting, temporaryDirectory, testEnv,
  writeFiles } from './testing/git-fixture.ts';

const commit = 'a'.repeat(40);
const open = (directory: string, selection: SourceSelection = selecting()): Promise<SourcePackage> =>
  directorySource({ directory, commit, committedAt: 1 }).open(selection);

const fixtures: Record<string, Fixture> = {
  'k8s/b.sh': { script: '#!' }, 'k8s/a/z.yaml': 'z', 'k8s/a.yaml': 'a', 'k8s/a-b': '', 'k8s/é/😀': 'x',
  'k8s/link': { link: 'a/z.yaml' },
  'k8s/deep/up': { link: '../link' }, 'top.txt': 'top', 'k8s/base': { link: 'base-v2' }, 'k8s/base-v2/c.yaml': 'c',
  'k8s/base-v2/run': { script: 'run' }, 'k8s/base-v2/up': { link: '../a' },
};

describe('directorySource', () => {
  it('reads the lock file beside the package, no link and nothing too large', async () => {
    using directory = temporaryDirectory();
    writeFiles(directory.path, { 'k8s/a.yaml': 'a', 'capsule.lock.yaml': 'lock', link: { link: 'capsule.lock.yaml' },
      large: 'x'.repeat(11) });
    const lockAt = (path: string): Promise<SourcePackage> =>
      open(directory.path, { ...selecting({ path: 'k8s' }), lock: { path, maxBytes: 10 } });
    expect(Buffer.from((await lockAt('capsule.lock.yaml')).lock ?? []).toString()).toBe('lock');
    expect((await lockAt('other')).lock).toBeUndefined();
    await expect(lockAt('link')).rejects.toMatchObject({ code: 'ENTRY_UNSUPPORTED' });
    await expect(lockAt('large')).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
  });

  it.each([
    ['everything', selecting({ path: 'k8s', dereference: true })],
    ['patterns', selecting({ path: 'k8s', include: ['a/**', '*.sh'], exclude: ['link'] })],
    ['files below links', selecting({ path: 'k8s', include: ['**/*.yaml'], exclude: ['base-v2/**'], dereference: true })],
  ])('takes the same as Git does: %s', async (_, selection) => {
    using repository = gitFixture();
    repository.commit(fixtures);
    const fromGit = await gitSource({ directory: repository.directory, revision: 'HEAD',
      env: testEnv }).open(selection);
    const opened = await open(repository.directory, selection);
    const outline = ({ files, dereferenced }: SourcePackage): unknown => (
      [files.map(({ path, size, executable }) => [path, size, executable]), dereferenced]);
    expect(outline(opened)).toEqual(outline(fromGit));
    expect(await readAll(opened)).toEqual(await readAll(fromGit));
  });

  it('has the commit and time that it is given, and proves nothing', async () => {
    using directory = temporaryDirectory();
    writeFiles(directory.path, { a: 'a' });
    const opened = await open(directory.path);
    expect([opened.commit, opened.committedAt, opened.tree, opened.proof, opened.repoURL]).toEqual(
      [commit, 1, undefined, undefined, undefined],
    );
  });

  it('reads files of many chunks and empty ones', async () => {
    using directory = temporaryDirectory();
    writeFiles(directory.path, { large: 'x'.repeat(300_000), empty: '' });
    expect(await readAll(await open(directory.path))).toEqual({ large: 'x'.repeat(300_000), empty: '' });
  });

  describe('refuses', () => {
    it.each<[string, Record<string, Fixture>, string]>([
      ['a link', { l: { link: 'a' }, a: '' }, 'ENTRY_UNSUPPORTED'],
      ['a link to a directory', { l: { link: 'd' }, 'd/a': '' }, 'ENTRY_UNSUPPORTED'],
      ['an LFS pointer', { p: 'version https://git-lfs.github.com/spec/v1\n' }, 'LFS_POINTER'],
      ['a large file', { p: 'x'.repeat(1_000_001) }, 'FILE_TOO_LARGE'],
      ['a name with a backslash', { 'a\\b': '' }, 'PATH_INVALID'],
      ['a git directory', { '.git/HEAD': '', '.git/config': '', a: '' }, 'ENTRY_UNSUPPORTED'],
      ['nothing', {}, 'PACKAGE_EMPTY'],
    ])('%s', async (_, files, code) => {
      using directory = temporaryDirectory();
      writeFiles(directory.path, files);
      await expect(open(directory.path)).rejects.toMatchObject({ code });
    });

    it.each(['/etc/passwd', '../outside', 'd/../a', 'absent', 'l', '.', '../k8s', 'a/', 'pipe', 'out/x'])('to dereference a link to %s',
      async (target) => {
      using directory = temporaryDirectory();
      writeFiles(directory.path, { outside: 'o', 'out/x': 'o', 'k8s/a': 'a', 'k8s/d/x': 'x', 'k8s/out': { link: '../out' },
        'k8s/l': { link: target } });
      execFileSync('mkfifo', [join(directory.path, 'k8s/pipe')]);
      const selection = selecting({ path: 'k8s', dereference: true, exclude: ['out', 'pipe'] });
      await expect(open(directory.path, selection)).rejects.toMatchObject({ code: 'LINK_UNRESOLVED' });
    });

    it('a pipe, without waiting for it', async () => {
      using directory = temporaryDirectory();
      execFileSync('mkfifo', [join(directory.path, 'pipe')]);
      await expect(open(directory.path)).rejects.toMatchObject({ code: 'ENTRY_UNSUPPORTED',
        message: expect.stringContaining('pipe') });
    });

    it('a name that is not UTF-8', async () => {
      using directory = temporaryDirectory();
      writeFileSync(Buffer.concat([Buffer.from(`${directory.path}/`), Buffer.from([0x61, 0xff])]), '');
      await expect(open(directory.path)).rejects.toMatchObject({ code: 'PATH_INVALID' });
    });

    it('a git directory only where the patterns let it in', async () => {
      using directory = temporaryDirectory();
      writeFiles(directory.path, { '.git/HEAD': '', a: 'a' });
      expect(await readAll(await open(directory.path, selecting({ exclude: ['.git/**'] })))).toEqual({ a: 'a' });
    });

    it.each(['absent', 'file', 'link', 'link/below'])('%s as a package', async (path) => {
      using directory = temporaryDirectory();
      writeFiles(directory.path, { file: '', 'real/below/a': '', link: { link: 'real' } });
      await expect(open(directory.path, selecting({ path }))).rejects.toMatchObject({ code: 'PACKAGE_PATH_UNKNOWN' });
    });

    it('a commit or time that is none', async () => {
      using directory = temporaryDirectory();
      writeFiles(directory.path, { a: 'a' });
      const given = { directory: directory.path, commit, committedAt: 1 };
      await expect(directorySource({ ...given,
        commit: 'HEAD' }).open(selecting())).rejects.toMatchObject({ code: 'COMMIT_INVALID' });
      await expect(directorySource({ ...given,
        committedAt: 0.5 }).open(selecting())).rejects.toMatchObject({ code: 'TIME_INVALID' });
    });

    it.each<[string, string, (path: string) => void]>([
      ['grown', 'SOURCE_CHANGED', (path) => appendFileSync(path, 'more')],
      ['shrunk', 'SOURCE_CHANGED', (path) => writeFileSync(path, '')],
      ['rewritten with its old size and times', 'SOURCE_CHANGED', (path) => {
        writeFileSync(path, 'y'.repeat(300_000));
        utimesSync(path, 1, 1);
      }],
      ['made executable', 'SOURCE_CHANGED', (path) => chmodSync(path, 0o755)],
      ['replaced by a copy', 'SOURCE_CHANGED', (path) => {
        writeFileSync(`${path}.new`, 'x'.repeat(300_000));
        renameSync(`${path}.new`, path);
      }],
      ['removed', 'SOURCE_UNREADABLE', (path) => rmSync(path)],
      ['replaced by a link', 'SOURCE_UNREADABLE', (path) => {
        rmSync(path);
        symlinkSync('/etc/passwd', path);
      }],
      ['replaced by a pipe', 'SOURCE_CHANGED', (path) => {
        rmSync(path);
        execFileSync('mkfifo', [path]);
      }],
    ])('a file that was %s after it was listed', async (_, code, change) => {
      using directory = temporaryDirectory();
      writeFiles(directory.path, { 'd/a': 'x'.repeat(300_000) });
      utimesSync(join(directory.path, 'd/a'), 1, 1);
      const opened = await open(directory.path);
      change(join(directory.path, 'd/a'));
      await expect(readAll(opened)).rejects.toMatchObject({ code });
    });

    it('a file that changes in the middle of being read', async () => {
      using directory = temporaryDirectory();
      writeFiles(directory.path, { a: 'x'.repeat(300_000) });
      const opened = await open(directory.path);
      const reading = async (): Promise<void> => {
        for await (const chunk of opened.files[0]?.content() ?? []) {
          if (chunk.length > 0) writeFileSync(join(directory.path, 'a'), 'y'.repeat(300_000));
        }
      };
      await expect(reading()).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
    });

    it('a directory replaced by a link to one with the same names', async () => {
      using directory = temporaryDirectory();
      writeFiles(directory.path, { 'k8s/d/a': 'good', 'evil/a': 'evil' });
      const opened = await open(directory.path, selecting({ path: 'k8s' }));
      renameSync(join(directory.path, 'k8s/d'), join(directory.path, 'moved'));
      symlinkSync('../evil', join(directory.path, 'k8s/d'));
      await expect(readAll(opened)).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
    });

    it('to go on once it is aborted', async () => {
      using directory = temporaryDirectory();
      mkdirSync(join(directory.path, 'd'));
      writeFiles(directory.path, { 'd/a': 'a' });
      const source = directorySource({ directory: directory.path, commit, committedAt: 1 });
      await expect(source.open(selecting(), AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');
    });
  });
});
