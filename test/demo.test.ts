import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { builtCommand } from './built-command.ts';
import { workspaceRoot } from './rules/source-files.ts';

const run = promisify(execFile);

interface Ended {
  readonly stdout: string;
  readonly stderr: string;
}

// The directory for temporary files is this test's own: what the demo leaves is seen there.
const temporary = realpathSync(mkdtempSync(join(tmpdir(), 'demo-test-')));

afterAll(() => rmSync(temporary, { recursive: true }));

function runDemo(...options: readonly string[]): Promise<Ended> {
  const { FORCE_COLOR: _forced, ...env } = process.env;
  return run(process.execPath, [join(workspaceRoot, 'scripts/demo.mjs'), ...options], { env: { ...env, TMPDIR: temporary } });
}

function leftBehind(): readonly string[] {
  return readdirSync(temporary).filter((name) => name.startsWith('capsule-demo-'));
}

describe('the demo', () => {
  let ended: Ended;

  beforeAll(async () => {
    await builtCommand(); // tells on stderr that it builds
    ended = await runDemo();
  }, 60_000);

  test('removes its files, and says so', () => {
    expect(leftBehind()).toEqual([]);
    expect(ended.stdout).toContain('\nThe files of the demo are removed again. With --keep they stay.\n');
  });

  test('accepts the release, then refuses each tampering for its own reason', () => {
    expect(ended.stdout).toContain('✔ accepted');
    const refusals = [...ended.stdout.matchAll(/refused, as it must be: (\w+), exit status 1/g)].map(([, code]) => code);
    expect(refusals).toEqual(['LAYER_DIGEST_DIFFERS', 'TAG_OTHER_COMMIT', 'PAIR_DIGEST_DIFFERS']);
  });

  test('ends with what it has shown', () => {
    expect(ended.stderr).toBe('');
    expect(ended.stdout).toMatch(/\nOne release accepted and unpacked; three tamperings refused, each for its own reason\.\n$/);
  });

  test('is plain text where nobody watches', () => {
    expect(ended.stdout).not.toContain('\u001B');
  });
});

describe('the demo with --keep', () => {
  test('keeps its files, and says where they are', async () => {
    const { stdout, stderr } = await runDemo('--keep');

    const [, directory = ''] = /\nThe files of the demo are kept in (.+)\n$/.exec(stdout) ?? [];
    expect(stderr).toBe('');
    expect(leftBehind().map((name) => join(temporary, name))).toEqual([directory]);
    expect(readdirSync(directory)).toEqual(expect.arrayContaining(['app', 'capsules', 'freight.yaml', 'keys', 'policy.yaml', 'release']));
    expect(stdout).not.toContain('removed');
  }, 60_000);
});

test.each([['--keeps'], ['keep'], ['--keep=yes']])('the demo refuses %s, and makes no files', async (option) => {
  const before = leftBehind();

  await expect(runDemo(option)).rejects.toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('npm run demo -- --keep') });
  expect(leftBehind()).toEqual(before);
});
