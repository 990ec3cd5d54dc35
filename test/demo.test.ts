import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { builtCommand } from './built-command.ts';
import { workspaceRoot } from './rules/source-files.ts';

const run = promisify(execFile);

describe('the demo', () => {
  let ended: { readonly stdout: string; readonly stderr: string };

  beforeAll(async () => {
    await builtCommand(); // tells on stderr that it builds
    const { FORCE_COLOR: _forced, ...env } = process.env;
    ended = await run(process.execPath, [join(workspaceRoot, 'scripts/demo.mjs')], { env });
  }, 60_000);

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
