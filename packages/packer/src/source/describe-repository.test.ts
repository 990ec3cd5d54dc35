import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeRepository, type RepositoryFacts } from './describe-repository.ts';
import { type GitFixture, gitFixture, temporaryDirectory, testEnv } from './testing/git-fixture.ts';

const describeIt = (directory: string): Promise<RepositoryFacts> => describeRepository({ directory, env: testEnv });

test('a repository says where it lies, which branch is its own and which files it has', async () => {
  using fixture = gitFixture();
  fixture.commit({ 'k8s/kustomization.yaml': 'resources: []\n', 'bin/run': { script: '#!/bin/sh\n' }, 'link': { link: 'k8s' } });
  fixture.git('remote', 'add', 'origin', 'git@github.com:example/app.git');
  mkdirSync(join(fixture.directory, 'deeper'));

  expect(await describeIt(join(fixture.directory, 'deeper'))).toEqual({
    root: fixture.directory,
    repoURL: 'https://github.com/example/app',
    defaultBranch: 'main',
    currentBranch: 'main',
    files: ['bin/run', 'k8s/kustomization.yaml'],
  });
});

test('the password of a remote is not repeated', async () => {
  using fixture = gitFixture();
  fixture.git('remote', 'add', 'origin', 'https://user:s3cret@gitlab.com/group/sub/app.git');
  const facts = await describeIt(fixture.directory);

  expect(facts.repoURL).toBe('https://gitlab.com/group/sub/app');
  expect(JSON.stringify(facts)).not.toContain('s3cret');
});

test('a remote that is a directory has no address', async () => {
  using fixture = gitFixture();
  fixture.git('remote', 'add', 'origin', '/srv/git/app.git');

  expect(await describeIt(fixture.directory)).not.toHaveProperty('repoURL');
});

const branches: readonly (readonly [string, (fixture: GitFixture) => void, string | undefined])[] = [
  ['before the first commit, is the one checked out', () => undefined, 'main'],
  ['is the one that origin names', (fixture) => {
    fixture.commit({ a: 'a' });
    fixture.git('update-ref', 'refs/remotes/origin/develop', 'HEAD');
    fixture.git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/develop');
  }, 'develop'],
  ['is main, whatever is checked out', (fixture) => {
    fixture.commit({ a: 'a' });
    fixture.git('checkout', '-q', '-b', 'topic');
  }, 'main'],
  ['is not told where main and master are both there', (fixture) => {
    fixture.commit({ a: 'a' });
    fixture.git('branch', 'master');
  }, undefined],
  ['is the only one', (fixture) => {
    fixture.commit({ a: 'a' });
    fixture.git('branch', '-m', "it's-$HOME");
  }, "it's-$HOME"],
  ['is not told where there are several', (fixture) => {
    fixture.commit({ a: 'a' });
    fixture.git('branch', '-m', 'one');
    fixture.git('branch', 'two');
  }, undefined],
];

test.each(branches)('the default branch %s', async (_what, arrange, expected) => {
  using fixture = gitFixture();
  arrange(fixture);

  expect((await describeIt(fixture.directory)).defaultBranch).toBe(expected);
});

test('a linked worktree has its own root', async () => {
  using fixture = gitFixture();
  using elsewhere = temporaryDirectory();
  fixture.commit({ a: 'a' });
  const worktree = join(elsewhere.path, 'linked');
  fixture.git('worktree', 'add', '-q', '-b', 'topic', worktree);

  expect(await describeIt(worktree)).toMatchObject({ root: worktree, currentBranch: 'topic', files: ['a'] });
});

test('nothing that the repository configures is run', async () => {
  using fixture = gitFixture();
  fixture.commit({ a: 'a' });
  const witness = join(fixture.directory, 'witness');
  fixture.git('config', 'core.fsmonitor', `touch '${witness}'`);
  fixture.git('config', 'alias.ls-files', `!touch '${witness}'`);

  expect((await describeIt(fixture.directory)).files).toEqual(['a']);
  expect(existsSync(witness)).toBe(false);
});

test('a bare repository has no files to look at', async () => {
  using fixture = gitFixture(['--bare']);

  await expect(describeIt(fixture.directory)).rejects.toMatchObject({ code: 'GIT_REPOSITORY_UNKNOWN', message: expect.stringContaining('bare') });
});

test('a directory outside every repository is refused', async () => {
  using elsewhere = temporaryDirectory();

  await expect(describeIt(elsewhere.path)).rejects.toMatchObject({ code: 'GIT_REPOSITORY_UNKNOWN' });
});
