import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeDirectory } from './make-directory.ts';

let root = '';
let umask = 0;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'capsule-directory-'));
  umask = process.umask();
});
afterEach(() => {
  process.umask(umask);
  rmSync(root, { recursive: true, force: true });
});

const modeOf = (path: string): string => (statSync(join(root, path)).mode & 0o7777).toString(8);

describe('makeDirectory', () => {
  it.each([
    [0o000, '755'],
    [0o002, '755'],
    [0o022, '755'],
    [0o027, '750'],
    [0o077, '700'],
  ])('gives each directory that it makes 0755 at most, under the umask %o', async (mask, mode) => {
    process.umask(mask);
    expect(await makeDirectory(join(root, 'a/b/c'))).toBe(join(root, 'a'));
    expect(['a', 'a/b', 'a/b/c'].map(modeOf)).toEqual([mode, mode, mode]);
  });

  it('leaves what is there as it is', async () => {
    mkdirSync(join(root, 'a'));
    chmodSync(join(root, 'a'), 0o770);
    expect(await makeDirectory(join(root, 'a'))).toBeUndefined();
    expect(await makeDirectory(join(root, 'a/b'))).toBe(join(root, 'a/b'));
    expect(modeOf('a')).toBe('770');
  });

  it('makes the same directory from several sides at once', async () => {
    await Promise.all(Array.from({ length: 8 }, () => makeDirectory(join(root, 'a/b/c/d'))));
    expect(statSync(join(root, 'a/b/c/d')).isDirectory()).toBe(true);
  });

  it('follows a link to a directory, and fails below a file or a link that leads nowhere', async () => {
    mkdirSync(join(root, 'real'));
    symlinkSync('real', join(root, 'link'));
    symlinkSync('absent', join(root, 'dangling'));
    writeFileSync(join(root, 'file'), '');
    await makeDirectory(join(root, 'link/a'));
    expect(modeOf('real/a')).toMatch(/^7/);
    await expect(makeDirectory(join(root, 'file/a'))).rejects.toThrow('ENOTDIR');
    await expect(makeDirectory(join(root, 'dangling/a/b'))).rejects.toThrow('ENOENT');
  });
});
