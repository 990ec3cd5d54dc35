import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { UncommittedChange } from './source.ts';
import { findUncommitted } from './uncommitted-changes.ts';

function find(root: string, maxMilliseconds: number, signal?: AbortSignal): Promise<readonly UncommittedChange[]> {
  const git = (...args: readonly string[]): string => execFileSync('git', ['-C', root, ...args], { encoding: 'utf8' }).trim();
  const selection = { path: '.', include: [], exclude: [], maxFileBytes: 1000, maxTotalBytes: 1000, maxFiles: 10 };
  const commit = git('rev-parse', 'HEAD');
  return findUncommitted(
    { gitDirectory: join(root, '.git'), env: process.env },
    { revision: 'HEAD', commit, selection: selection as never, files: [], links: [], lock: undefined, maxMilliseconds, signal },
  );
}

// Windows has no pipes among files.
test.skipIf(process.platform === 'win32').each(['.git/info/exclude', '.gitignore'])('a pipe at %s is not waited for without end', async (name) => {
  const root = mkdtempSync(join(tmpdir(), 'capsule-uncommitted-'));
  try {
    const identity = ['-c', 'user.name=x', '-c', 'user.email=x@example.com'];
    for (const args of [['init', '--quiet'], [...identity, 'commit', '--quiet', '--allow-empty', '--message', 'x']]) execFileSync('git', ['-C', root, ...args]);
    writeFileSync(join(root, 'a.yaml'), '');
    expect(await find(root, 30_000)).toEqual([{ path: 'a.yaml', kind: 'added' }]);

    rmSync(join(root, name), { force: true });
    execFileSync('mkfifo', [join(root, name)]);

    expect(await find(root, 500)).toEqual([]);
    await expect(find(root, 30_000, AbortSignal.timeout(200))).rejects.toMatchObject({ name: 'TimeoutError' });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
