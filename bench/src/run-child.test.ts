import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runChild } from './run-child.ts';
import { rowUnlessTimeout } from './row.ts';
import { ChildTimeout, type Program, startChild } from './start-child.ts';
import { formatTable } from './table.ts';

const hour = 3_600_000;
const deadlineMs = 1_500; // a shell starts in milliseconds

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'bench-child-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

function script(text: string, deadline?: number): Program {
  return { file: process.execPath, args: ['-e', text], cwd, env: {}, deadlineMs: deadline };
}

const sleeps = `setTimeout(() => undefined, ${hour})`;

function shell(text: string): Program {
  return { file: '/bin/sh', args: ['-c', text], cwd, env: { PATH: process.env['PATH'] ?? '' }, deadlineMs };
}

describe('runChild', () => {
  it('returns what a program prints that ends in time', async () => {
    expect(await runChild(script('console.log("done")'))).toBe('done\n');
  });

  it('fails with what a failing program says', async () => {
    await expect(runChild(script('console.error("no such key"); process.exit(3)'))).rejects.toThrow(/ended with 3:\nno such key/);
  });

  it('fails if a program cannot be started', async () => {
    await expect(runChild({ ...script(''), file: join(cwd, 'absent') })).rejects.toThrow(/ENOENT/);
  });

  it.each([
    ['that sleeps', 'echo $$ > pid; exec sleep 3600'],
    ['that ignores SIGTERM', 'trap "" TERM; echo $$ > pid; sleep 3600; sleep 3600'],
    ['that computes for ever', 'echo $$ > pid; while :; do :; done'],
  ])('kills a program %s at its deadline', async (_, text) => {
    const failure = runChild(shell(text));
    await expect(failure).rejects.toThrow(ChildTimeout);
    await expect(failure).rejects.toThrow(/^timed out after 1\.5 s: sh -c/);
    await expectEnded();
  });

  it('kills what a program has started, too, which holds its pipes', async () => {
    await expect(runChild(shell(`(trap '' TERM; exec sleep 3600) & echo $! > pid; wait`))).rejects.toThrow(ChildTimeout);
    await expectEnded();
  });

  it('does not wait for a program that has left the group', async () => {
    const options = `{ stdio: 'inherit', detached: true }`;
    const text = `const { pid } = require('node:child_process').spawn('sleep', ['3600'], ${options});
      require('node:fs').writeFileSync('pid', String(pid)); ${sleeps}`;
    const started = runChild({ ...script(text, 5_000), env: { PATH: process.env['PATH'] ?? '' } });
    await expect(started).rejects.toThrow(ChildTimeout);
    process.kill(pidOfChild(), 'SIGKILL');
  });
});

describe('startChild', () => {
  it('kills at once what is asked to end', async () => {
    const { child, kill, isTimedOut } = startChild(script(sleeps), 'ignore');
    const ended = new Promise((resolve) => child.once('close', (_, signal) => resolve(signal)));
    kill();
    expect(await ended).toBe('SIGKILL');
    expect(isTimedOut()).toBe(false);
  });
});

it('leaves no program behind if the bench is ended', async () => {
  const module = JSON.stringify(new URL('start-child.ts', import.meta.url).href);
  const text = `import(${module}).then(({ startChild }) => {
    const { child } = startChild({ file: 'sleep', args: ['3600'], cwd: '.', env: {} }, 'ignore');
    require('node:fs').writeFileSync('pid', String(child.pid));
    process.exit(0);
  })`;
  await runChild(script(text));
  await expectEnded();
});

describe('rowUnlessTimeout', () => {
  const heading = { group: 'fetch', subject: '3 files', ours: 'capsule unpack', theirs: 'cosign verify', aim: { atMost: 0.5 } };

  it('shows a row that has timed out as that, and never as a number', async () => {
    const row = await rowUnlessTimeout(heading, async () => {
      await runChild(script(sleeps, 200));
      throw new Error('not reached');
    });
    expect(row).toEqual({ ...heading, missing: expect.stringMatching(/^timed out after 0\.2 s: node/) });
    const table = formatTable([row]);
    expect(table).toMatch(/capsule unpack : cosign verify +timed out after 0\.2 s/);
    expect(table).not.toContain('×');
  });

  it('lets every other failure end the bench', async () => {
    await expect(rowUnlessTimeout(heading, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });
});

async function expectEnded(): Promise<void> {
  const pid = pidOfChild();
  // The kernel takes a moment to hand a killed grandchild to init, and init to wait for it.
  for (let tried = 0; tried < 500 && isRunning(pid); tried += 1) await sleep(20);
  expect(isRunning(pid)).toBe(false);
}

function pidOfChild(): number {
  return Number(readFileSync(join(cwd, 'pid'), 'utf8'));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // If the first process of a container does not reap its children, a killed process stays behind as a zombie.
  if (process.platform !== 'linux') return true;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat[stat.lastIndexOf(')') + 2] !== 'Z';
}
