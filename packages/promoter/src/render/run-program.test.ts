import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ProgramResult, type ProgramRun, runProgram } from './run-program.ts';
import { type ProgramFolder, programFolder } from './testing/node-program.ts';

let folder: ProgramFolder;
beforeEach(() => {
  folder = programFolder();
});
afterEach(() => folder[Symbol.dispose]());

const limits = { maxOutputBytes: 1000, maxMilliseconds: 20_000 };

function run(lines: string, options: Partial<ProgramRun> = {}): Promise<ProgramResult> {
  const path = folder.write('program.js', lines);
  return runProgram({ path, args: [], cwd: folder.path, env: {}, limits, ...options });
}

describe('runProgram', () => {
  it('gives status, output and errors', async () => {
    const { status, stdout, stderr } = await run("process.stdout.write('a'); console.error('b'); process.exitCode = 3");

    expect([status, stdout.toString(), stderr]).toEqual([3, 'a', 'b\n']);
  });

  it('hands over the environment that is given and nothing else', async () => {
    const { stdout } = await run('console.log(JSON.stringify(process.env))', { env: { ONE: '1' } });

    expect(JSON.parse(stdout.toString())).toEqual({ ONE: '1' });
  });

  it.each([
    ['prints too much', "setInterval(() => process.stdout.write('x'.repeat(500)), 1)", limits, /prints too much: the limit is 1000 bytes/],
    ['takes too long', 'setInterval(() => {}, 1000)', { ...limits, maxMilliseconds: 300 }, /takes too long: the limit is 0.3 seconds/],
  ])('ends a program that %s', async (_what, lines, given, message) => {
    await expect(run(lines, { limits: given })).rejects.toMatchObject({ code: 'RENDER_LIMIT', message: expect.stringMatching(message) });
  });

  it('takes exactly as much output as the limit', async () => {
    expect((await run("process.stdout.write('x'.repeat(1000))")).stdout).toHaveLength(1000);
  });

  it('keeps only the beginning of what is said on stderr', async () => {
    expect((await run("console.error('x'.repeat(1_000_000))")).stderr).toHaveLength(16 * 1024);
  });

  it('ends what the program has started, with it', async () => {
    const mark = join(folder.path, 'mark');
    const late = folder.write('late.js', `setInterval(() => require('fs').appendFileSync(${JSON.stringify(mark)}, 'x'), 20)`);
    await run(`require('child_process').spawn(${JSON.stringify(late)}, { stdio: 'inherit' }); setTimeout(() => process.exit(0), 500)`);

    await setTimeout(100);
    const size = existsSync(mark) ? readFileSync(mark).length : 0;
    await setTimeout(200);
    expect(existsSync(mark) ? readFileSync(mark).length : 0).toBe(size);
  });

  it('ends it where the caller gives up', async () => {
    const controller = new AbortController();
    const running = run('setInterval(() => {}, 1000)', { signal: controller.signal });
    controller.abort(new Error('enough'));

    await expect(running).rejects.toThrow('enough');
  });

  it('says that a signal has ended it', async () => {
    await expect(run("process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1000)")).rejects.toMatchObject({ code: 'RENDER_FAILED' });
  });

  it('says that a program cannot be started', async () => {
    const path = join(folder.path, 'missing');
    await expect(run('', { path })).rejects.toMatchObject({ code: 'RENDERER_UNAVAILABLE', message: expect.stringContaining(path) });
  });
});
