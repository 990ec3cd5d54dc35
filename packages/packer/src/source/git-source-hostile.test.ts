import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { gitSource } from './git-source.ts';
import type { SourcePackage } from './source.ts';
import { gitFixture, readAll, runTestGit, selecting, temporaryDirectory, testEnv } from './testing/git-fixture.ts';

interface OpenOptions {
  readonly directory: string;
  readonly revision?: string;
  readonly env?: Record<string, string>;
}

const open = ({ directory, revision = 'HEAD', env = {} }: OpenOptions): Promise<SourcePackage> =>
  gitSource({ directory, revision, env: { ...testEnv, ...env } }).open(selecting());

const packed = async (options: OpenOptions): Promise<Record<string, string>> => readAll(await open(options));

describe('gitSource', () => {
  it('applies no attribute and no filter: the bytes are the blobs\'', async () => {
    using repository = gitFixture();
    using outside = temporaryDirectory();
    const marker = join(outside.path, 'marker');
    repository.commit({ 'a.txt': 'one\r\ntwo\n', 'id.txt': '$Id$\n', 'left/out.txt': 'kept', 'u.txt': 'é' });
    const attributes = '* text=auto eol=crlf ident filter=evil working-tree-encoding=UTF-16\nleft export-ignore\n';
    // Through git add, the attributes would change the other files.
    const id = runTestGit(repository.directory, ['hash-object', '-w', '--stdin'], attributes);
    repository.git('update-index', '--add', '--cacheinfo', `100644,${id},.gitattributes`);
    repository.git('commit', '-q', '-m', 'm');
    for (const name of ['clean', 'smudge', 'process']) {
      repository.git('config', `filter.evil.${name}`, `touch '${marker}'`);
    }
    mkdirSync(join(repository.directory, '.git/info'), { recursive: true });
    writeFileSync(join(repository.directory, '.git/info/attributes'), attributes);
    expect(await packed(repository)).toEqual({
      '.gitattributes': attributes, 'a.txt': 'one\r\ntwo\n', 'id.txt': '$Id$\n', 'left/out.txt': 'kept', 'u.txt': 'é',
    });
    expect(existsSync(marker)).toBe(false);
  });

  it('sees through replaced commits, trees and blobs', async () => {
    using repository = gitFixture();
    const good = repository.commit({ a: 'good' });
    const [goodTree, goodBlob] = [repository.git('rev-parse', 'HEAD^{tree}'), repository.git('rev-parse', 'HEAD:a')];
    const evil = repository.commit({ a: 'evil' });
    repository.git('replace', goodBlob, repository.git('rev-parse', `${evil}:a`));
    repository.git('replace', goodTree, repository.git('rev-parse', `${evil}^{tree}`));
    repository.git('replace', good, evil);
    expect(repository.git('cat-file', 'blob', `${good}:a`)).toBe('evil');
    expect(await packed({ ...repository, revision: good })).toEqual({ a: 'good' });
  });

  it('ignores grafts when it resolves a revision', async () => {
    using repository = gitFixture();
    const first = repository.commit({ a: '1' });
    repository.commit({ a: '2' });
    const third = repository.commit({ a: '3' });
    mkdirSync(join(repository.directory, '.git/info'), { recursive: true });
    writeFileSync(join(repository.directory, '.git/info/grafts'), `${third} ${first}\n`);
    expect(repository.git('rev-parse', 'HEAD~1')).toBe(first);
    expect(await packed({ ...repository, revision: 'HEAD~1' })).toEqual({ a: '2' });
  });

  it('takes nothing from the caller\'s environment but the PATH', async () => {
    using repository = gitFixture();
    using other = gitFixture();
    using home = temporaryDirectory();
    repository.commit({ a: 'mine' });
    const foreign = other.commit({ a: 'other' });
    const dotGit = join(other.directory, '.git');
    const marker = join(home.path, 'marker');
    writeFileSync(join(home.path, '.gitconfig'), `[include]\n\tpath = ${marker}\n[broken`);
    const env = {
      HOME: home.path, XDG_CONFIG_HOME: home.path, GIT_CONFIG_GLOBAL: join(home.path, '.gitconfig'),
      GIT_CONFIG_SYSTEM: join(home.path, '.gitconfig'), GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'core.bare',
      GIT_CONFIG_VALUE_0: 'nonsense',
      GIT_DIR: dotGit, GIT_WORK_TREE: other.directory, GIT_COMMON_DIR: dotGit, GIT_INDEX_FILE: marker,
      GIT_NAMESPACE: 'x',
      GIT_OBJECT_DIRECTORY: join(dotGit, 'objects'), GIT_ALTERNATE_OBJECT_DIRECTORIES: join(dotGit, 'objects'),
      GIT_REPLACE_REF_BASE: 'refs/heads/', GIT_SHALLOW_FILE: marker, GIT_EXEC_PATH: home.path, GIT_TRACE: marker,
      GIT_TRACE2: marker,
      GIT_SSH_COMMAND: `touch '${marker}'`, GIT_ASKPASS: `touch '${marker}'`, GIT_PAGER: `touch '${marker}'`,
      GIT_CEILING_DIRECTORIES: '/',
    };
    expect(await packed({ ...repository, env })).toEqual({ a: 'mine' });
    await expect(open({ ...repository, revision: foreign, env })).rejects.toMatchObject({ code: 'COMMIT_UNKNOWN' });
    expect(existsSync(marker)).toBe(false);
  });

  it('runs nothing that a hostile repository configures', async () => {
    using repository = gitFixture();
    using outside = temporaryDirectory();
    const marker = join(outside.path, 'marker');
    repository.commit({ a: 'a', '.gitattributes': '* diff=evil merge=evil filter=evil\n' });
    const touch = `touch '${marker}'`;
    writeFileSync(join(outside.path, 'included'),
      `[core]\n\tfsmonitor = ${touch}\n\talternateRefsCommand = ${touch}\n`);
    writeFileSync(join(repository.directory, 'hooks-script'), `#!/bin/sh\n${touch}\n`, { mode: 0o755 });
    mkdirSync(join(repository.directory, '.git/hooks'), { recursive: true });
    for (const hook of ['post-checkout', 'post-index-change', 'reference-transaction', 'fsmonitor-watchman',
      'pre-auto-gc']) {
      writeFileSync(join(repository.directory, '.git/hooks', hook), `#!/bin/sh\n${touch}\n`, { mode: 0o755 });
    }
    for (const [key, value] of Object.entries({
      'include.path': join(outside.path, 'included'), 'core.fsmonitor': touch, 'core.sshCommand': touch,
      'core.pager': touch,
      'core.editor': touch, 'core.askPass': touch, 'core.gitProxy': touch, 'credential.helper': `!${touch}`,
      'gpg.program': touch,
      'alias.cat-file': `!${touch}`, 'alias.rev-parse': `!${touch}`, 'alias.config': `!${touch}`,
      'filter.evil.smudge': touch,
      'filter.evil.process': touch, 'diff.evil.textconv': touch, 'diff.external': touch, 'pager.cat-file': touch,
      'pager.rev-parse': touch,
      'core.hooksPath': join(repository.directory, '.git/hooks'), 'trace2.eventTarget': marker,
      'uploadpack.packObjectsHook': touch,
    })) repository.git('config', key, value);
    expect((await packed(repository))['a']).toBe('a');
    expect(existsSync(marker)).toBe(false);
  });

  it('finds no git in the repository that it packs, whatever the PATH says of here', async () => {
    using repository = gitFixture();
    const marker = join(repository.directory, 'marker');
    repository.commit({ git: { script: `#!/bin/sh\ntouch '${marker}'\n` } });
    expect(Object.keys(await packed({ ...repository, env: { PATH: `.::${testEnv['PATH']}` } }))).toEqual(['git']);
    expect(existsSync(marker)).toBe(false);
  });

  it.each(['blob:none', 'tree:0'])('fails cleanly on a partial clone (%s), and fetches nothing', async (filter) => {
    using origin = gitFixture();
    using clone = temporaryDirectory();
    origin.commit({ 'k8s/a': 'a', 'k8s/b': 'b' });
    origin.git('config', 'uploadpack.allowFilter', 'true');
    origin.git('config', 'uploadpack.allowAnySHA1InWant', 'true');
    runTestGit(clone.path, ['clone', '-q', '--no-checkout', `--filter=${filter}`, pathToFileURL(origin.directory).href,
      'partial']);
    const directory = join(clone.path, 'partial');
    const marker = join(clone.path, 'marker');
    for (const [key, value] of Object.entries({
      'protocol.allow': 'always', 'protocol.file.allow': 'always',
      'remote.origin.uploadpack': `touch '${marker}'; git-upload-pack`,
    })) runTestGit(directory, ['config', key, value]);
    const packs = (): readonly string[] => readdirSync(join(directory, '.git/objects'),
      { recursive: true }).map(String).sort();
    const before = packs();
    await expect(open({ directory })).rejects.toMatchObject({ code: 'GIT_OBJECT_MISSING' });
    expect(packs()).toEqual(before);
    expect(existsSync(marker)).toBe(false);
    runTestGit(directory, ['rev-list', '--objects', 'HEAD']);
    runTestGit(directory, ['cat-file', 'blob', 'HEAD:k8s/a']);
    expect(existsSync(marker)).toBe(true);
  });

  it('says which object a repository lacks', async () => {
    using repository = gitFixture();
    repository.commit({ a: 'a' });
    const blob = repository.git('rev-parse', 'HEAD:a');
    const path = join(repository.directory, '.git/objects', blob.slice(0, 2), blob.slice(2));
    rmSync(path); // it is read-only
    writeFileSync(path, '');
    await expect(open(repository)).rejects.toMatchObject({ code: 'GIT_OBJECT_MISSING',
      message: expect.stringContaining(blob) });
  });

  it('refuses a blob of other bytes of the same length', async () => {
    using repository = gitFixture();
    repository.commit({ a: 'good' });
    const blob = repository.git('rev-parse', 'HEAD:a');
    const path = join(repository.directory, '.git/objects', blob.slice(0, 2), blob.slice(2));
    writeObject(path, 'blob 4\0evil');
    const opened = await open(repository);
    await expect(readAll(opened)).rejects.toMatchObject({ code: 'GIT_OBJECT_CORRUPT',
      message: expect.stringContaining(blob) });
  });

  it('refuses a tree that stands in another\'s place', async () => {
    using repository = gitFixture();
    repository.commit({ a: 'good' });
    const good = repository.git('rev-parse', 'HEAD^{tree}');
    repository.commit({ a: 'evil' });
    const evil = repository.git('rev-parse', 'HEAD^{tree}');
    const at = (id: string): string => join(repository.directory, '.git/objects', id.slice(0, 2), id.slice(2));
    writeObject(at(evil), undefined, at(good));
    await expect(open({ ...repository, revision: 'HEAD' })).rejects.toMatchObject({ code: 'GIT_OBJECT_CORRUPT' });
  });

  it.runIf(process.getuid?.() === 0)('works where the repository belongs to another user, as in CI containers',
    async () => {
    using repository = gitFixture();
    repository.commit({ a: 'a' });
    for (const path of ['', '.git']) chownSync(join(repository.directory, path), 4_711, 4_711);
    expect(() => repository.git('rev-parse', 'HEAD')).toThrow('Command failed');
    expect(await packed(repository)).toEqual({ a: 'a' });
  });

  it('does not follow a revision to an option or a file', async () => {
    using repository = gitFixture();
    repository.commit({ a: 'a' });
    const before = readFileSync(join(repository.directory, '.git/HEAD'), 'utf8');
    for (const revision of ['--output=a', '--exec=touch x', '-- a', '@{-1}', ':/nothing', 'HEAD^{tree}',
      `HEAD@{upstream}`]) {
      await expect(open({ ...repository, revision })).rejects.toMatchObject({ code: 'COMMIT_UNKNOWN' });
    }
    expect(readFileSync(join(repository.directory, '.git/HEAD'), 'utf8')).toBe(before);
  });
});

function writeObject(path: string, text: string | undefined, from = path): void {
  const bytes = text === undefined ? readFileSync(from) : deflateSync(text);
  // git makes loose objects read-only; replacing the file is what an attacker would do.
  rmSync(path, { force: true });
  writeFileSync(path, bytes);
}
