import { expect, test } from 'vitest';
import { normaliseGitUri, readGitSource } from './git-source.ts';

test.each([
  'https://github.com/example/app',
  'git+https://github.com/example/app',
  'git+https://github.com/example/app@refs/heads/main',
  'git+https://github.com/example/app.git@refs/tags/v1@2',
  'https://github.com/example/app.git#refs/heads/main:subdirectory',
  'https://token@github.com/example/app.git',
  'git@github.com:example/app.git',
  'ssh://git@github.com/example/app.git#main',
  'git+ssh://git@github.com/example/app@0cc4cd87',
])('%s is one repository in the form of a record', (uri) => {
  expect(normaliseGitUri(uri)).toBe('https://github.com/example/app');
});

test.each([
  'https://github.com/example/app/../other',
  'https://github.com.evil.example/example/app',
  'https://evil.example/github.com/example/app',
  'https://github.com@evil.example/example/app',
  'http://github.com/example/app',
  'https://github.com/Example/app',
  'pkg:github/example/app',
  '',
])('%s is not', (uri) => {
  expect(normaliseGitUri(uri)).not.toBe('https://github.com/example/app');
});

test('an image is no Git source, nor is what has no commit', () => {
  expect(readGitSource({ uri: 'pkg:docker/alpine@3', digest: { sha256: 'ab'.repeat(32) } })).toBeUndefined();
  expect(readGitSource({ uri: 'git+https://h/a', digest: {} })).toBeUndefined();
  expect(readGitSource({ digest: { gitCommit: '1' } })).toBeUndefined();
  expect(readGitSource('git+https://h/a')).toBeUndefined();
});

test('a commit may be of a SHA-256 repository', () => {
  const commit = 'ab'.repeat(32);

  expect(readGitSource({ uri: 'git+https://h/a', digest: { sha256: commit } })).toEqual({ repository: 'https://h/a', commits: [commit] });
  expect(readGitSource({ uri: 'https://h/a', digest: { gitCommit: commit } })).toEqual({ repository: 'https://h/a', commits: [commit] });
});
