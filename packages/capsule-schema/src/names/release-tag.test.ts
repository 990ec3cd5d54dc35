import { describe, expect, it } from 'vitest';
import { refusal } from '../testing/refusal.ts';
import { commitOfTag, parseCommit, releaseTag } from './release-tag.ts';

const sha1 = '0cc4cd87f40ae606d1822d5652b552f8c50a4668';
const sha256 = sha1.padEnd(64, '0');

describe('parseCommit', () => {
  it.each([sha1, sha256, '1'.repeat(40)])('takes the full id %s', (commit) => {
    expect(parseCommit(commit)).toBe(commit);
  });

  const others = ['', 'HEAD', 'g'.repeat(40), sha1.slice(1), sha1.toUpperCase(), ` ${sha1}`, `${sha1}\n`, `${sha256}0`];

  it.each(others)('refuses %j', (text) => {
    expect(() => parseCommit(text)).toThrow(refusal('COMMIT_INVALID'));
  });
});

describe('releaseTag', () => {
  it.each([sha1, sha256])('names the release of %s, and its commit is read back', (commit) => {
    expect(releaseTag(commit)).toBe(`git-${commit}`);
    expect(commitOfTag(releaseTag(commit))).toBe(commit);
  });

  it('refuses an abbreviated commit', () => {
    expect(() => releaseTag(sha1.slice(0, 12))).toThrow(refusal('COMMIT_INVALID'));
  });
});

describe('commitOfTag', () => {
  const upperCase = `git-${sha1.toUpperCase()}`;

  it.each(['', 'latest', sha1, `git-${sha1.slice(1)}`, `git-${sha1}0`, upperCase, `GIT-${sha1}`, `git-${sha1}\n`])(
    'finds none in %j',
    (tag) => {
      expect(commitOfTag(tag)).toBeUndefined();
    },
  );
});
