import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A program, its arguments and where it runs. */
export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

const maxMessageChars = 4000; // the beginning of what a failing program says is enough

/**
 * Runs a program to its end and returns what it printed.
 * @throws {Error} with what it said, where it fails: a failure must never count as a fast run.
 */
export async function runChild({ file, args, cwd, env }: Program): Promise<string> {
  const child = spawn(file, [...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => (said[stream] += text));
  }
  const [status] = await once(child, 'close');
  if (status === 0) return said.stdout;
  const message = `${said.stdout}${said.stderr}`.slice(0, maxMessageChars);
  throw new Error(`${file} ${args.join(' ')} ended with ${String(status)}:\n${message}`);
}
