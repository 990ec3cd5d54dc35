import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findGitDirectory } from './find-git-directory.ts';
import { quoteGit } from './git-command.ts';
import { runGit } from './run-git.ts';
import { gitFixture, testEnv } from './testing/git-fixture.ts';

describe('runGit', () => {
  it('gives status and output, whatever the status', async () => {
    using repository = gitFixture();
    const at = { gitDirectory: join(repository.directory, '.git'), env: testEnv };
    const good = await runGit(at, ['hash-object', '--stdin'], { input: '', maxOutputBytes: 100 });
    expect([good.status, good.stdout.toString()]).toEqual([0, 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391\n']);
    const bad = await runGit(at, ['cat-file', '-t', 'absent'], { maxOutputBytes: 100 });
    expect([bad.status, bad.stderr]).toEqual([128, expect.stringContaining('absent')]);
  });

  it('stops a command that says more than its limit', async () => {
    using repository = gitFixture();
    const commit = repository.commit({ a: 'x'.repeat(100_000) });
    const at = { gitDirectory: join(repository.directory, '.git'), env: testEnv };
    const running = runGit(at, ['cat-file', 'blob', `${commit}:a`], { maxOutputBytes: 1_000 });
    await expect(running).rejects.toMatchObject({ code: 'GIT_FAILED' });
  });

  it('stops a command that is aborted', async () => {
    using repository = gitFixture();
    const at = { gitDirectory: await findGitDirectory(repository.directory), env: testEnv };
    const controller = new AbortController();
    const running = runGit(at, ['cat-file', '--batch'], { maxOutputBytes: 1_000, signal: controller.signal });
    controller.abort(new Error('stop'));
    await expect(running).rejects.toThrow('stop');
  });
});

describe('quoteGit', () => {
  it('shows git\'s words on one bounded line, without control characters or credentials', () => {
    const said = quoteGit(`fatal: \u001b[31mno\nhttps://user:SECRET@host/x ${'y'.repeat(10_000)}`);
    expect(said).toMatch(/^git says "fatal: \[31mno https:\/\/\*\*\*@host\/x y+"$/);
    expect(said.length).toBeLessThan(600);
    expect(quoteGit('')).toBe('git says nothing');
  });
});
