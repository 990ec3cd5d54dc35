import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeKeyPair } from './write-key-pair.ts';

const keys = { privateKeyPem: 'private\n', publicKeyPem: 'public\n' };

describe('writing a key pair', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'write-key-pair-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  test('keeps the private key to its owner, under any umask', async () => {
    const before = process.umask(0o077);
    try {
      const files = await writeKeyPair(directory, keys);

      expect(files.privateKeyPath).toBe(join(directory, 'cosign.key'));
      expect(files.publicKeyPath).toBe(join(directory, 'cosign.pub'));
      expect(await readFile(files.privateKeyPath, 'utf8')).toBe('private\n');
      expect(await readFile(files.publicKeyPath, 'utf8')).toBe('public\n');
      expect((await stat(files.privateKeyPath)).mode & 0o777).toBe(0o600);
      expect((await stat(files.publicKeyPath)).mode & 0o777).toBe(0o644);
    } finally {
      process.umask(before);
    }
  });

  test.each(['cosign.key', 'cosign.pub'])('overwrites no %s, and leaves nothing beside it', async (name) => {
    await writeFile(join(directory, name), 'precious');

    await expect(writeKeyPair(directory, keys)).rejects.toMatchObject({ code: 'KEY_EXISTS' });

    expect(await readdir(directory)).toEqual([name]);
    expect(await readFile(join(directory, name), 'utf8')).toBe('precious');
  });

  test('follows no link that waits where the key should go', async () => {
    await symlink(join(directory, 'elsewhere'), join(directory, 'release.key'));

    await expect(writeKeyPair(directory, keys, 'release')).rejects.toMatchObject({ code: 'KEY_EXISTS' });

    expect(await readdir(directory)).toEqual(['release.key']);
  });

  test('passes on that the directory is missing', async () => {
    await expect(writeKeyPair(join(directory, 'none'), keys)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
