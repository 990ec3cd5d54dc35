import { once } from 'node:events';
import { ChildTimeout, type Program, startChild } from './start-child.ts';

const maxMessageChars = 4000; // the beginning of what a failing program says is enough

/**
 * Runs a program to its end and returns what it printed.
 * @throws {ChildTimeout} where it does not end before its deadline.
 * @throws {Error} with what it said, where it fails: a failure must never count as a fast run.
 */
export async function runChild(program: Program): Promise<string> {
  const { child, isTimedOut } = startChild(program, ['ignore', 'pipe', 'pipe']);
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8').on('data', (text: string) => (said[stream] += text));
  }
  const [status] = await once(child, 'close');
  if (isTimedOut()) throw new ChildTimeout(program);
  if (status === 0) return said.stdout;
  const message = `${said.stdout}${said.stderr}`.slice(0, maxMessageChars);
  throw new Error(`${program.file} ${program.args.join(' ')} ended with ${String(status)}:\n${message}`);
}
