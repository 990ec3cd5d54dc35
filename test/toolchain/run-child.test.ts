import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { workspaceRoot } from '../rules/source-files.ts';

const runner = `
  import { runChild } from ${JSON.stringify(join(workspaceRoot, 'scripts/bootstrap/run-child.mjs'))};
  const [cwd, ...args] = process.argv.slice(1);
  await runChild(process.execPath, ['-e', ...args], { cwd });
`;

type Program = ChildProcessByStdio<Writable, Readable, null>;

let folder: string;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'run-child-')));
});

afterAll(() => rm(folder, { recursive: true }));

describe('a program that the bootstrap runs in its place', () => {
  test('gets arguments, standard input and directory as they were given, and its exit status comes back', async () => {
    const program = `
      console.log(JSON.stringify({ args: process.argv.slice(1), cwd: process.cwd() }));
      process.stdin.pipe(process.stdout).on('close', () => {});
      process.stdin.on('end', () => { process.exitCode = 7; });
    `;
    const child = start(program, ['a b', '$HOME', "it's"]);
    child.stdin.end('in\0put');
    const [output, status] = await Promise.all([text(child.stdout), exitOf(child)]);
    expect(output).toBe(`${JSON.stringify({ args: ['a b', '$HOME', "it's"], cwd: folder })}\nin\0put`);
    expect(status).toBe(7);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('is told of %s and may clean up before it ends', async (signal, status) => {
    const program = `
      process.on('${signal}', () => { console.log('cleaned up'); process.exit(${status}); });
      setInterval(() => {}, 1000);
      console.log('ready');
    `;
    const { output, exit } = await interrupt(start(program, []), signal);
    expect(output).toBe('ready\ncleaned up\n');
    expect(exit).toBe(status);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('that dies of %s makes the status that a shell gives', async (signal, status) => {
    const { exit } = await interrupt(start("setInterval(() => {}, 1000); console.log('ready')", []), signal);
    expect(exit).toBe(status);
  });
});

function start(program: string, args: readonly string[]): Program {
  const command = ['--input-type=module', '--eval', runner, folder, program, ...args];
  return spawn(process.execPath, command, { stdio: ['pipe', 'pipe', 'ignore'] });
}

async function interrupt(child: Program, signal: NodeJS.Signals): Promise<{ output: string; exit: number | null }> {
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    if (output === '') child.kill(signal);
    output += chunk.toString();
  });
  return { exit: await exitOf(child), output };
}

async function exitOf(child: Program): Promise<number | null> {
  await once(child, 'close');
  return child.exitCode;
}
